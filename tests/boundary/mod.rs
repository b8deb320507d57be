//! The door to JavaScript, tried from both places that use it: `web.rs` runs this in a page, `worker.rs` in a dedicated worker.

use bitter_lesson::spec::Spec;
use bitter_lesson::wasm::{self, Session};
use js_sys::{Array, Float32Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

const PLANE: [f64; 4] = [-1.2, -1.2, 1.2, 1.2];

fn js(text: &str) -> JsValue {
    JSON::parse(text).expect("JSON")
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).expect("an object")
}

fn number(object: &JsValue, key: &str) -> f64 {
    get(object, key).as_f64().expect("a number")
}

fn message(error: JsValue) -> String {
    String::from(error.dyn_into::<js_sys::Error>().expect("an Error").message())
}

/// Runs a session to its end in slices of `units`.
fn finish(session: &mut Session, units: f64) {
    while get(&session.advance(units), "state") != "done" {}
}

pub fn a_bad_spec_says_what_the_command_line_says() {
    for text in [
        r#"{"learner":{"kind":"knn","k":4}}"#,
        r#"{"learner":{"lr":0.1}}"#,
        r#"{"constructor":{}}"#,
        r#"{"sample":{"n":"many"}}"#,
        r#"{"budget":{"epochs":1,"steps":1}}"#,
        r#"{"problem":{"kind":"polygon"}}"#,
        r#"[]"#,
    ] {
        let native = Spec::check(&serde_json::from_str(text).unwrap()).unwrap_err().to_string();
        assert_eq!(message(wasm::check_spec(js(text)).unwrap_err()), native, "{text}");
        assert_eq!(message(Session::new(js(text)).err().unwrap()), native, "{text}");
        assert_eq!(message(wasm::run(js(text)).unwrap_err()), native, "{text}");
    }
}

pub fn numbers_that_json_does_not_have_are_refused() {
    for value in [f64::NAN, f64::INFINITY] {
        let learner = js("{}");
        Reflect::set(&learner, &"learning_rate".into(), &value.into()).unwrap();
        let spec = js("{}");
        Reflect::set(&spec, &"learner".into(), &learner).unwrap();
        let message = message(wasm::check_spec(spec).unwrap_err());
        assert!(message.starts_with("learner.learning_rate is null"), "{message}");
    }
    let cycle = js("{}");
    Reflect::set(&cycle, &"sample".into(), &cycle).unwrap();
    assert!(message(wasm::check_spec(cycle).unwrap_err()).contains("plain data"));
}

pub fn arrays_come_out_in_shape() {
    let mut session = Session::new(js(r#"{"learner":{"kind":"knn","k":5},"sample":{"n":3000}}"#)).ok().unwrap();
    finish(&mut session, 700.0);
    let whole = session.raster(&PLANE, 40, 30).unwrap().to_vec();
    assert_eq!(whole.len(), 1200);
    assert!(whole.iter().all(|p| (0.0..=1.0).contains(p)));
    let rows = session.raster_rows(&PLANE, 40, 30, 10, 7).unwrap().to_vec();
    assert_eq!(rows, whole[400..680]);

    // The first row is the top: the pixel below the upper left corner is asked at large y.
    let top = session.raster(&[-0.1, 0.6, 0.1, 0.8], 1, 1).unwrap().to_vec()[0];
    assert_eq!(top, session.probability(0.0, 0.7).unwrap());
    let column = session.raster(&[-0.1, -1.0, 0.1, 0.9], 1, 19).unwrap().to_vec();
    assert_eq!(column[0], session.probability(0.0, 0.85).unwrap());

    let counts = session.sample_counts(&PLANE, 8, 8).unwrap().to_vec();
    assert_eq!((counts.len(), counts.iter().sum::<u32>()), (128, 3000));
    let sample = session.sample(10).to_vec();
    assert_eq!(sample.len(), 30);
    assert!(sample.chunks(3).all(|point| point[2] == 0.0 || point[2] == 1.0));
    let neighbours: Array = session.neighbours(0.1, 0.2).unwrap().dyn_into().unwrap();
    assert_eq!(neighbours.length(), 5);
    let distances: Vec<f64> = neighbours.iter().map(|n| number(&n, "distance")).collect();
    assert!(distances.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(message(session.raster(&[1.0, 0.0, 0.0, 1.0], 4, 4).unwrap_err()).starts_with("view is [1, 0, 0, 1]"));
}

pub fn slices_and_snapshots_equal_a_whole_run() {
    let spec = r#"{"features":"polar","sample":{"n":130},"learner":{"hidden":[16,16],"batch":32,"layer_norm":true},"budget":{"epochs":9}}"#;
    let whole = wasm::run(js(spec)).unwrap();
    let mut session = Session::new(js(spec)).ok().unwrap();
    for _ in 0..7 {
        session.advance(3.0);
    }
    let bytes = session.snapshot().to_vec();
    let mut other = Session::new(js(spec)).ok().unwrap();
    other.restore(&bytes).unwrap();
    assert_eq!(number(&other.progress(), "done"), number(&session.progress(), "done"));
    assert!(message(other.digest().unwrap_err()).contains("not done"));
    finish(&mut session, 5.0);
    finish(&mut other, 1.0);
    while !session.digest_step().unwrap() {}
    while !session.measure(977).unwrap() {}
    for s in [&mut session, &mut other] {
        assert_eq!(s.digest().unwrap(), get(&whole, "digest").as_string().unwrap());
        let errors = JSON::stringify(&s.errors().unwrap()).unwrap();
        assert_eq!(errors, JSON::stringify(&get(&whole, "errors")).unwrap());
    }
    assert!(message(other.restore(&bytes[..40]).unwrap_err()).contains("start the run anew"));
}

pub fn links_and_problems_cross() {
    let link = wasm::parse_link("#fig=prior&v=1&vars=a,b&sample.n=500&a:features=polar&b:learner.k=4");
    assert_eq!(get(&link, "figure"), "prior");
    let variants: Array = get(&link, "variants").dyn_into().unwrap();
    assert_eq!(variants.length(), 2);
    assert_eq!(number(&get(&get(&variants.get(1), "spec"), "sample"), "n"), 500.0);
    assert_eq!(get(&link, "refused").dyn_into::<Array>().unwrap().length(), 1);
    let text = wasm::format_link(link).unwrap();
    assert!(text.starts_with("#fig=prior&v=1&engine="), "{text}");
    assert!(text.contains("sample.n=500") && text.contains("a:features=polar"), "{text}");

    let problem = wasm::problem(js("{}")).unwrap();
    assert!(get(&problem, "outline").dyn_into::<Float32Array>().unwrap().length() > 1000);
    assert_eq!(wasm::density(js("{}"), &PLANE, 5, 4).unwrap().length(), 20);
    assert_eq!(wasm::truth(js("{}"), &PLANE, 5, 4).unwrap().length(), 20);
    assert!(wasm::random_seed().is_ok());
}
