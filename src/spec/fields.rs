//! The one table of fields: type, range, default and meaning of everything a [`Spec`](super::Spec) may say.
//!
//! The checker, `spec --ranges`, the page's sliders and the permalinks all read this table, so a new field is one line here
//! and one line where [`super::Spec`] takes it up.

use super::check::number_text;
use serde_json::Value;
use std::f64::consts::TAU;

/// What values a field takes.
#[allow(missing_docs)]
pub enum Kind {
    /// An integer, both ends allowed.
    Int { min: i64, max: i64 },
    /// An odd integer, both ends allowed.
    Odd { min: i64, max: i64 },
    /// A finite number, both ends allowed.
    Number { min: f64, max: f64 },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// A list of integers.
    Ints { min_len: usize, max_len: usize, min: i64, max: i64 },
    /// A list of rows, each a list with one number a column.
    Rows { columns: &'static [Column], min_rows: usize, max_rows: usize },
}

/// One column of a [`Kind::Rows`] field.
pub struct Column {
    /// Name used in messages.
    pub name: &'static str,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
}

/// The value of a field that a spec does not give.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub enum Default {
    Int(i64),
    Number(f64),
    Word(&'static str),
    Bool(bool),
    Ints(&'static [i64]),
    /// A list without rows.
    NoRows,
    /// There is none: the field must be given.
    Required,
}

impl Default {
    /// The value as JSON; `None` if there is none.
    pub fn to_json(self) -> Option<Value> {
        Some(match self {
            Default::Int(value) => value.into(),
            Default::Number(value) => value.into(),
            Default::Word(word) => word.into(),
            Default::Bool(value) => value.into(),
            Default::Ints(list) => list.iter().map(|i| Value::from(*i)).collect(),
            Default::NoRows => Value::Array(Vec::new()),
            Default::Required => return None,
        })
    }
}

/// One field of a group.
pub struct Field {
    /// Name inside its group.
    pub name: &'static str,
    /// Allowed values.
    pub kind: Kind,
    /// Value where a spec says nothing.
    pub default: Default,
    /// What it means, with its unit.
    pub doc: &'static str,
}

/// A group of fields under one top-level name.
pub struct Group {
    /// Top-level name; the empty string for fields that stand at the top themselves.
    pub name: &'static str,
    /// How the fields belong together.
    pub shape: Shape,
}

/// How the fields of a group belong together.
pub enum Shape {
    /// All of them, each with its default.
    All(&'static [Field]),
    /// Those of the kind named by the field `kind`; the first kind is the default.
    ByKind(&'static [(&'static str, &'static [&'static [Field]])]),
    /// Exactly one of them; the first is the default.
    OneOf(&'static [Field]),
}

const fn field(name: &'static str, kind: Kind, default: Default, doc: &'static str) -> Field {
    Field { name, kind, default, doc }
}

const SEED: Kind = Kind::Int { min: 0, max: u32::MAX as i64 };
/// Half the side of the plane, which is `[-1.2, 1.2]` in x and y.
pub const PLANE_HALF: f64 = 1.2;
/// Largest sample, drawn or brought.
pub const MAX_N: i64 = 1_000_000;

/// Most points bought in addition.
const MAX_EXTRA: i64 = 100_000;

const fn column(name: &'static str, min: f64, max: f64, whole: bool) -> Column {
    Column { name, min, max, whole }
}

const IN_PLANE: [Column; 2] =
    [column("x", -PLANE_HALF, PLANE_HALF, false), column("y", -PLANE_HALF, PLANE_HALF, false)];
const COMPONENT: [Column; 4] = [
    column("x", -PLANE_HALF, PLANE_HALF, false),
    column("y", -PLANE_HALF, PLANE_HALF, false),
    column("deviation", 0.01, 2.0, false),
    column("weight", 0.000_001, 1000.0, false),
];
/// Columns of the reader's own data, in a spec and in a CSV file.
pub const DATA_COLUMNS: [Column; 3] =
    [column("x", -1e6, 1e6, false), column("y", -1e6, 1e6, false), column("label", 0.0, 1.0, true)];

const MIXTURE: &[Field] = &[
    field(
        "mixture",
        Kind::Choice(&["default", "random", "custom"]),
        Default::Word("default"),
        "the Gaussian mixture that points are drawn from",
    ),
    field("mixture_seed", SEED, Default::Int(0), "seed of the random mixture"),
    field(
        "components",
        Kind::Rows { columns: &COMPONENT, min_rows: 0, max_rows: 20 },
        Default::NoRows,
        "the custom mixture: x, y, deviation and weight of each component",
    ),
];
const SPIRAL: &[Field] = &[field(
    "rotation",
    Kind::Number { min: -TAU, max: TAU },
    Default::Int(0),
    "angle the curve is turned by, in radians, anticlockwise; the density stays",
)];
const POLYGON: &[Field] = &[Field {
    name: "points",
    kind: Kind::Rows { columns: &IN_PLANE, min_rows: 3, max_rows: 2000 },
    default: Default::Required,
    doc: "corners of the closed curve, in order; inside by the even-odd rule",
}];
const DATA: &[Field] = &[Field {
    name: "rows",
    kind: Kind::Rows { columns: &DATA_COLUMNS, min_rows: 1, max_rows: MAX_N as usize },
    default: Default::Required,
    doc: "the reader's own points: x, y, label",
}];

const MLP: &[Field] = &[
    field(
        "hidden",
        Kind::Ints { min_len: 1, max_len: 6, min: 1, max: 256 },
        Default::Ints(&[64, 64]),
        "units in each hidden layer",
    ),
    field("activation", Kind::Choice(&["relu", "tanh"]), Default::Word("relu"), "activation of the hidden units"),
    field(
        "layer_norm",
        Kind::Bool,
        Default::Bool(false),
        "layer normalisation before each activation, with gain and bias",
    ),
    field(
        "focal_gamma",
        Kind::Number { min: 0.0, max: 10.0 },
        Default::Int(0),
        "gamma of the focal loss; 0 is cross-entropy",
    ),
    field(
        "weight_decay",
        Kind::Number { min: 0.0, max: 100.0 },
        Default::Int(0),
        "decoupled weight decay, per unit of learning rate, on weight matrices only",
    ),
    field(
        "optimizer",
        Kind::Choice(&["adam", "sgd"]),
        Default::Word("adam"),
        "Adam, or stochastic gradient descent with momentum",
    ),
    field(
        "momentum",
        Kind::Number { min: 0.0, max: 0.9999 },
        Default::Number(0.9),
        "momentum of sgd; Adam does not use it",
    ),
    field(
        "learning_rate",
        Kind::Number { min: 1e-8, max: 1e6 },
        Default::Number(0.003),
        "learning rate at the first step",
    ),
    field(
        "schedule",
        Kind::Choice(&["constant", "linear"]),
        Default::Word("constant"),
        "learning rate: constant, or falling linearly to zero at the end of the budget",
    ),
    field(
        "batch",
        Kind::Int { min: 1, max: 10_000 },
        Default::Int(250),
        "points in a mini-batch; the last one of an epoch may be shorter",
    ),
    field("seed", SEED, Default::Int(1), "seed of the initial weights"),
    field("shuffle_seed", SEED, Default::Int(0), "seed of the order of points in each epoch"),
    field(
        "standardize",
        Kind::Bool,
        Default::Bool(true),
        "shift and scale each input to mean 0 and deviation 1 over the training sample",
    ),
];
const KNN: &[Field] = &[
    field("k", Kind::Odd { min: 1, max: 99 }, Default::Int(5), "how many nearest points vote"),
    field(
        "standardize",
        Kind::Bool,
        Default::Bool(false),
        "shift and scale each input to mean 0 and deviation 1 over the training sample",
    ),
    field(
        "index",
        Kind::Choice(&["auto", "brute"]),
        Default::Word("auto"),
        "how neighbours are searched; the answers are the same",
    ),
];
const FAMILY: &[Field] = &[field(
    "family",
    Kind::Choice(&["arm", "even_arm"]),
    Default::Word("arm"),
    "the formula whose numbers are fitted: that of the true curve, or an even spiral, which is wrong; only for features xy",
)];

/// Every group, in the order in which they are explained.
pub const GROUPS: &[Group] = &[
    Group {
        name: "",
        shape: Shape::All(&[
            field("v", Kind::Int { min: 1, max: 1 }, Default::Int(1), "version of this format"),
            field(
                "features",
                Kind::Choice(&["xy", "polar", "polar_turned", "polar_seamless", "playground"]),
                Default::Word("xy"),
                "what the learner is told about a point",
            ),
        ]),
    },
    Group {
        name: "problem",
        shape: Shape::ByKind(&[("spiral", &[SPIRAL, MIXTURE]), ("polygon", &[POLYGON, MIXTURE]), ("data", &[DATA])]),
    },
    Group {
        name: "sample",
        shape: Shape::All(&[
            field("n", Kind::Int { min: 1, max: MAX_N }, Default::Int(1000), "points in the training sample"),
            field("seed", SEED, Default::Int(7), "seed of the training sample"),
            field(
                "extra_n",
                Kind::Int { min: 0, max: MAX_EXTRA },
                Default::Int(0),
                "points bought in addition; inputs are standardised by the n points before them",
            ),
            field(
                "extra_where",
                Kind::Choice(&["everywhere", "tip"]),
                Default::Word("everywhere"),
                "where points are bought: drawn from the density, or evenly over the tip region",
            ),
            field(
                "only",
                Kind::Choice(&["all", "tip"]),
                Default::Word("all"),
                "which of all these points are trained on",
            ),
        ]),
    },
    Group {
        name: "labels",
        shape: Shape::All(&[
            field(
                "noise",
                Kind::Number { min: 0.0, max: 1.0 },
                Default::Int(0),
                "share of training labels that are flipped",
            ),
            field("seed", SEED, Default::Int(0), "seed of the flips and of the shuffle"),
            field("shuffle", Kind::Bool, Default::Bool(false), "deal the training labels out again at random"),
        ]),
    },
    Group { name: "learner", shape: Shape::ByKind(&[("mlp", &[MLP]), ("knn", &[KNN]), ("family", &[FAMILY])]) },
    Group {
        name: "budget",
        shape: Shape::OneOf(&[
            field(
                "epochs",
                Kind::Int { min: 1, max: 1_000_000 },
                Default::Int(1000),
                "passes over the training sample",
            ),
            field("steps", Kind::Int { min: 1, max: 1_000_000_000 }, Default::Int(20000), "optimiser steps"),
            field(
                "operations",
                Kind::Number { min: 1.0, max: 1e15 },
                Default::Number(1e10),
                "multiplications and additions spent on training",
            ),
        ]),
    },
    Group {
        name: "measure",
        shape: Shape::All(&[field(
            "test_n",
            Kind::Int { min: 100, max: 1_000_000 },
            Default::Int(100000),
            "points in the test sample drawn from the density",
        )]),
    },
];

impl Kind {
    /// The allowed values in words, for messages: "an integer from 1 to 99".
    pub fn allowed(&self) -> String {
        match self {
            Kind::Int { min, max } => format!("an integer from {min} to {max}"),
            Kind::Odd { min, max } => format!("an odd integer from {min} to {max}"),
            Kind::Number { min, max } => format!("a number from {} to {}", number_text(*min), number_text(*max)),
            Kind::Choice(words) => one_of(words),
            Kind::Bool => "true or false".into(),
            Kind::Ints { min_len, max_len, min, max } => {
                format!("a list of {min_len} to {max_len} integers from {min} to {max}")
            }
            Kind::Rows { columns, min_rows, max_rows } => {
                let names: Vec<_> = columns.iter().map(|c| c.name).collect();
                format!("a list of {min_rows} to {max_rows} rows [{}]", names.join(", "))
            }
        }
    }
}

/// The allowed words in words.
pub(super) fn one_of(words: &[&str]) -> String {
    format!("one of \"{}\"", words.join("\", \""))
}
