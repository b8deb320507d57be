//! The boundary in a dedicated worker: `wasm-pack test --headless --chrome`.
#![cfg(target_arch = "wasm32")]

mod boundary;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn a_bad_spec_says_what_the_command_line_says() {
    boundary::a_bad_spec_says_what_the_command_line_says();
}

#[wasm_bindgen_test]
fn numbers_that_json_does_not_have_are_refused() {
    boundary::numbers_that_json_does_not_have_are_refused();
}

#[wasm_bindgen_test]
fn arrays_come_out_in_shape() {
    boundary::arrays_come_out_in_shape();
}

#[wasm_bindgen_test]
fn slices_and_snapshots_equal_a_whole_run() {
    boundary::slices_and_snapshots_equal_a_whole_run();
}

#[wasm_bindgen_test]
fn links_and_problems_cross() {
    boundary::links_and_problems_cross();
}
