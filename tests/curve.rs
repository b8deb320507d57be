//! The closed curve: inside by the formula as the essay states it, near the border by 50-digit arithmetic, and its outline.

#![cfg(not(target_arch = "wasm32"))]
// The reference is to share nothing with the core, not even its mathematical functions.
#![allow(clippy::disallowed_methods)]

use bitter_lesson::rng::{Purpose, stream, uniform};
use bitter_lesson::spec::Spec;
use bitter_lesson::world::polygon::Polygon;
use bitter_lesson::world::problem::Problem;
use serde_json::{Value, json};
use std::f64::consts::{PI, TAU};

const F: f64 = 4.0 * PI + 2.25;

fn half_width(f: f64) -> f64 {
    let (u, t) = (f / F, (f - F + 1.0).clamp(0.0, 1.0));
    0.0915 * (3.0 * u).min(1.0) * (1.0 - u.powi(14)).max(0.0).sqrt() * (1.0 - t.powf(1.3))
}

/// How far inside the curve a point is, along the radius; negative outside. Turned by `rotation`.
fn margin(x: f64, y: f64, rotation: f64) -> f64 {
    let (r, angle) = (x.hypot(y), (y.atan2(x) - rotation).rem_euclid(TAU));
    let turn = |k: u32| {
        let f = angle + TAU * f64::from(k);
        let t = (f - F + 1.0).clamp(0.0, 1.0);
        let centre = 0.80 * (f / F).powf(0.9) + 0.22 * t.powf(2.2);
        if f <= F { half_width(f) - (r - centre).abs() } else { f64::NEG_INFINITY }
    };
    (0..4).map(turn).fold(f64::NEG_INFINITY, f64::max)
}

fn spiral(rotation: f64) -> Problem {
    let spec = json!({"problem": {"rotation": rotation}});
    Problem::new(&Spec::check(&spec).unwrap().problem)
}

#[test]
fn inside_is_the_formula() {
    for rotation in [0.0, 0.7, -3.0, std::f64::consts::TAU] {
        let problem = spiral(rotation);
        let mut rng = stream(2, Purpose::Test, 0);
        let mut inside = 0;
        for _ in 0..100_000 {
            let mut c = || (2.4 * uniform(&mut rng) - 1.2) as f32;
            let (x, y) = (c(), c());
            let margin = margin(f64::from(x), f64::from(y), rotation);
            // So close to the border the last bits of this file's functions would decide; see the fixture.
            if margin.abs() > 1e-12 {
                let wanted = margin > 0.0;
                assert_eq!(problem.inside(x, y), Some(wanted), "{x} {y} {rotation}");
                inside += u32::from(wanted);
            }
        }
        assert!((16_000..18_000).contains(&inside), "{inside} inside");
    }
}

#[test]
fn inside_is_exact_beside_the_border() {
    let text = include_str!("fixtures/spiral_border.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let bits = fixture["points"].as_array().unwrap().iter();
    let points: Vec<f32> = bits.map(|b| f32::from_bits(b.as_u64().unwrap() as u32)).collect();
    let truth = fixture["inside"].as_array().unwrap();
    assert_eq!(points.len(), 2 * truth.len());
    let problem = spiral(0.0);
    for (p, truth) in points.chunks_exact(2).zip(truth) {
        let wanted = truth == 1;
        assert_eq!(problem.inside(p[0], p[1]), Some(wanted), "{p:?}");
    }
}

#[test]
fn nowhere_is_no_point() {
    let problem = spiral(0.0);
    for (x, y) in [(f32::NAN, 0.0), (0.0, f32::INFINITY), (1e30, 1e30)] {
        assert_eq!(problem.inside(x, y), Some(false));
    }
    assert_eq!(problem.inside(0.0, 0.0), Some(false), "the arm begins with width 0");
}

#[test]
fn outline_is_closed_and_lies_on_the_border() {
    for rotation in [0.0, 1.0] {
        let problem = spiral(rotation);
        let outline = problem.outline();
        assert!(outline.len() >= 1000);
        for (i, a) in outline.iter().enumerate() {
            let b = outline[(i + 1) % outline.len()];
            let step = (a[0] - b[0]).hypot(a[1] - b[1]);
            assert!(step > 0.0 && step < 0.02, "segment {i} is {step} long");
            let off = margin(a[0], a[1], rotation);
            // At the tip and the origin the arm has no width, and an angle one bit off the end is beyond it.
            let tapers = a[0].hypot(a[1]) < 0.05 || i.abs_diff(outline.len() / 2) < 3;
            assert!(off.abs() < 1e-9 || tapers, "point {i} is {off} off the border");
        }
        let tip = problem.tip().unwrap();
        let to_tip = |p: &[f64; 2]| (p[0] - tip[0]).hypot(p[1] - tip[1]);
        let nearest = outline.iter().map(to_tip).fold(f64::INFINITY, f64::min);
        assert!(nearest < 1e-9, "the tip is {nearest} off the outline");
    }
}

#[test]
fn outline_encloses_what_is_inside() {
    let problem = spiral(0.4);
    let outline = Polygon::new(problem.outline());
    let mut rng = stream(3, Purpose::Test, 0);
    let mut near = 0;
    for _ in 0..100_000 {
        let mut c = || (2.4 * uniform(&mut rng) - 1.2) as f32;
        let (x, y) = (c(), c());
        if margin(f64::from(x), f64::from(y), 0.4).abs() < 2e-4 {
            near += 1; // A chord cuts the curve's corners by less than that.
        } else {
            assert_eq!(problem.inside(x, y), Some(outline.inside(x, y)), "{x} {y}");
        }
    }
    assert!(near < 500, "{near}");
}
