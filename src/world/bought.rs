//! Points bought where they are rare: spread evenly by area over the tip region, whatever the density there.

use super::problem::Problem;
use super::regions::{Region, Regions};
use crate::rng::{Purpose, Streams, uniform};
use crate::spec::SampleSpec;

/// Candidates for one point; the region fills far more than a thousandth of its bounds.
const MOST_CANDIDATES: usize = 100_000;

/// Adds the points bought in the tip region to those drawn (x, y, x, y, …, and true labels), and if only the tip is asked for keeps no
/// others. Returns how many of the first points inputs are to be standardised by.
///
/// Each point has its own stream by index: the first m do not depend on how many are bought.
pub fn in_tip(problem: &Problem, spec: &SampleSpec, points: &mut Vec<f32>, truth: &mut Vec<u8>) -> usize {
    let drawn = truth.len();
    let Some(regions) = Regions::new(problem) else {
        return drawn;
    };
    let in_tip = |x: f32, y: f32| regions.contains(problem, Region::Tip, x, y);
    let [x0, y0, x1, y1] = regions.bounds(Region::Tip);
    let streams = Streams::new(spec.seed, Purpose::Extra as u64);
    for i in 0..spec.extra_n {
        let mut rng = streams.at(i as u64);
        for _ in 0..MOST_CANDIDATES {
            let x = (x0 + (x1 - x0) * uniform(&mut rng)) as f32;
            let y = (y0 + (y1 - y0) * uniform(&mut rng)) as f32;
            if in_tip(x, y) {
                points.extend([x, y]);
                truth.push(u8::from(problem.inside(x, y) == Some(true)));
                break;
            }
        }
    }
    if !spec.only_tip {
        return drawn;
    }
    let kept: Vec<usize> = (0..truth.len()).filter(|i| in_tip(points[2 * i], points[2 * i + 1])).collect();
    *points = kept.iter().flat_map(|i| [points[2 * i], points[2 * i + 1]]).collect();
    *truth = kept.iter().map(|i| truth[*i]).collect();
    truth.len()
}
