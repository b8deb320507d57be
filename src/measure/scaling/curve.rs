//! What was measured at several sizes, seed by seed, in logarithms.

use crate::spec::number_text;

/// The errors measured at one size: seed and error, a share between 0 and 1.
#[derive(Clone, Debug)]
pub struct Group {
    /// Number of training points.
    pub n: u64,
    /// Seed and error; each seed once.
    pub errors: Vec<(u32, f64)>,
}

/// Errors as logarithms, one row a size, one column a seed.
#[derive(Clone, Debug)]
pub struct Curve {
    /// The sizes, ascending.
    pub sizes: Vec<u64>,
    /// All seeds, ascending.
    pub seeds: Vec<u32>,
    /// Natural logarithm of each error; NaN where a seed was not measured at a size.
    pub logs: Vec<Vec<f64>>,
    /// Test points behind each error.
    pub test_n: Option<u64>,
}

impl Curve {
    /// Arranges what was measured at ascending sizes. An error of 0 among `test_n` points stands for half a point, 1/(2 `test_n`): one wrong point would
    /// be 1/`test_n`, and a logarithm needs something below that.
    ///
    /// # Errors
    /// Says which size or error is wrong and what is allowed.
    pub fn new(groups: &[Group], test_n: Option<u64>) -> Result<Curve, String> {
        // As u64, since each type that is sorted costs the module 4 KB and that one it has already.
        let mut seeds: Vec<u64> = groups.iter().flat_map(|g| g.errors.iter().map(|pair| u64::from(pair.0))).collect();
        seeds.sort_unstable();
        seeds.dedup();
        let seeds: Vec<u32> = seeds.into_iter().map(|seed| seed as u32).collect();
        let (mut sizes, mut logs) = (Vec::new(), Vec::new());
        for group in groups {
            let size = number_text(group.n as f64);
            if group.n == 0 || sizes.last().is_some_and(|last| *last >= group.n) || group.errors.is_empty() {
                return Err(
                    ["size ", &size, ": allowed are sizes from 1, ascending, each with an error at least"].concat()
                );
            }
            let mut row = vec![f64::NAN; seeds.len()];
            for (seed, error) in &group.errors {
                let column = seeds.binary_search(seed).expect("collected above");
                if !row[column].is_nan() {
                    return Err(["size ", &size, " has a seed twice; give each seed once"].concat());
                }
                row[column] = log_error(*error, test_n).map_err(|why| ["size ", &size, ": ", why].concat())?;
            }
            sizes.push(group.n);
            logs.push(row);
        }
        Ok(Curve { sizes, seeds, logs, test_n })
    }

    /// The sizes up to `up_to` and the larger ones, as two curves over the same seeds.
    pub fn split(&self, up_to: u64) -> (Curve, Curve) {
        let first = self.sizes.partition_point(|n| *n <= up_to);
        let part = |range: std::ops::Range<usize>| Curve {
            sizes: self.sizes[range.clone()].to_vec(),
            seeds: self.seeds.clone(),
            logs: self.logs[range].to_vec(),
            test_n: self.test_n,
        };
        (part(0..first), part(first..self.sizes.len()))
    }

    /// Natural logarithms of the sizes.
    pub fn log_sizes(&self) -> Vec<f64> {
        self.sizes.iter().map(|n| libm::log(*n as f64)).collect()
    }

    /// Mean logarithm at each size with each seed counted `times`; NaN where no seed is left.
    pub fn means(&self, times: &[u32]) -> Vec<f64> {
        let mean = |row: &Vec<f64>| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (log, times) in row.iter().zip(times).filter(|(log, _)| !log.is_nan()) {
                sum += f64::from(*times) * log;
                count += f64::from(*times);
            }
            sum / count
        };
        self.logs.iter().map(mean).collect()
    }
}

fn log_error(error: f64, test_n: Option<u64>) -> Result<f64, &'static str> {
    if error == 0.0 {
        let test_n =
            test_n.ok_or("an error is 0; give test_n, the number of test points, to say how little that is")?;
        return Ok(-libm::log(2.0 * test_n as f64));
    }
    if error > 0.0 && error <= 1.0 { Ok(libm::log(error)) } else { Err("an error is not a share between 0 and 1") }
}
