//! The learners: what they are told about a point, how they train, what they say.

pub mod activation;
pub mod arm;
pub mod descent;
pub mod family_run;
pub mod features;
pub mod knn;
pub mod knn_run;
pub mod layer_norm;
pub mod loss;
pub mod matmul;
pub mod mlp;
pub mod model;
pub mod neighbours;
pub mod optimizer;
pub mod standardize;
pub mod train;
pub mod turn;
pub mod widest;
