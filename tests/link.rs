//! Permalinks: the vectors shared with the Node test, the way there and back for specs at random, and text of any kind.

#![cfg(not(target_arch = "wasm32"))]

mod common;

use bitter_lesson::ENGINE;
use bitter_lesson::link::{Link, format, parse};
use bitter_lesson::spec::{Spec, canonical};
use common::Dice;
use proptest::prelude::*;
use serde_json::{Value, json};

fn vectors(which: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("fixtures/link_vectors.json")).unwrap();
    let list = all[which].as_array().unwrap().clone();
    assert!(list.len() > 4);
    list
}

fn view(value: &Value) -> Option<[f64; 4]> {
    let list = value.as_array()?;
    Some(std::array::from_fn(|i| list[i].as_f64().unwrap()))
}

/// A vector's state as a link.
fn state(value: &Value) -> Link {
    let variants = value["variants"].as_array().into_iter().flatten();
    let variants = variants.map(|v| {
        let name = v["name"].as_str().unwrap().to_string();
        (name, canonical(&v["spec"]).unwrap())
    });
    Link {
        figure: value["figure"].as_str().unwrap_or_default().into(),
        engine: value["engine"].as_u64().map(|e| e as u32),
        variants: variants.collect(),
        at: value["at"].as_u64(),
        view: view(&value["view"]),
        guess: value["guess"].as_str().map(String::from),
        show: value["show"].as_str().map(String::from),
        look: value["look"].as_str().map(String::from),
        refused: Vec::new(),
    }
}

#[test]
fn texts_are_read_as_the_vectors_say() {
    for vector in vectors("parse") {
        let text = vector["text"].as_str().unwrap();
        let mut link = parse(text);
        let refused = std::mem::take(&mut link.refused);
        assert_eq!(link, state(&vector), "{text}");
        let wanted = vector["refused"].as_array().cloned().unwrap_or_default();
        assert_eq!(refused.len(), wanted.len(), "{text}: {refused:?}");
        for ((part, why), wanted) in refused.iter().zip(&wanted) {
            assert_eq!(part, wanted["part"].as_str().unwrap(), "{text}");
            let piece = wanted["why"].as_str().unwrap();
            assert!(why.contains(piece), "{text}: \"{why}\", not \"{piece}\"");
        }
    }
}

#[test]
fn states_are_written_as_the_vectors_say() {
    for vector in vectors("format") {
        let link = state(&vector["state"]);
        let text = vector["text"].as_str().unwrap();
        assert_eq!(format(&link), text);
        let mut back = parse(text);
        assert_eq!(back.engine.take(), (!link.variants.is_empty()).then_some(ENGINE));
        assert_eq!(back, link, "{text}");
    }
}

#[test]
fn everything_too_large_is_refused_in_a_sentence() {
    let long = "9".repeat(1 << 20);
    let whole = [
        long.clone(),
        format!("#fig={long}"),
        format!("#fig=n&sample.n={long}"),
        format!("#fig=n&{long}=1"),
        "#fig=n&".to_string() + &"&".repeat(1 << 20),
    ];
    for text in whole {
        let link = parse(&text);
        let [(part, why)] = &link.refused[..] else { panic!("{:?}", link.refused.len()) };
        assert!(part == "the link" && why.contains("characters long; allowed: at most"), "{part} {why}");
        assert_eq!(Link { refused: vec![], ..link }, Link::default());
    }
    let long = "9".repeat(60_000);
    for key in [
        "sample.n",
        "sample.seed",
        "learner.hidden",
        "problem.components",
        "features",
        "view",
        "at",
        "engine",
        "guess",
        "vars",
        "nothing",
        "v",
    ] {
        let link = parse(&format!("#fig=n&labels.seed=4&{key}={long}"));
        let [(part, why)] = &link.refused[..] else { panic!("{key}: {:?}", link.refused) };
        assert_eq!(part, key);
        assert!(why.chars().count() < 300, "{key}: {} characters", why.chars().count());
        if key != "v" {
            assert_eq!(link.variants[0].1["labels"]["seed"], 4, "{key}");
        }
    }
    let link = parse(&format!("#fig=n&{long}=1&labels.seed=4"));
    assert!(link.refused[0].0.len() <= 60 && link.refused.len() == 1);
    assert_eq!(link.variants[0].1["labels"]["seed"], 4);
}

#[test]
fn a_refused_field_keeps_the_rest_in_every_variant() {
    let base = "#fig=n&v=1&vars=a,b&sample.n=77&b:labels.noise=0.25&at=3";
    let bad = [
        "learner.k=3",
        "learner.kind=forest",
        "features=zz",
        "sample.seed=-1",
        "sample.seed=1e99",
        "sample.seed=0x10",
        "sample.seed=",
        "sample.seed=NaN",
        "sample.seed=Infinity",
        "sample.seed=1_000",
        "learner.hidden=",
        "learner.hidden=300",
        "learner.hidden=8;8",
        "learner.hidden=1,2,3,4,5,6,7",
        "problem.kind=polygon",
        "problem.kind=data",
        "problem.mixture=custom",
        "problem.components=0,0,1",
        "problem.components=0,0,0.3,1",
        "measure.test_n=99",
        "learner.learning_rate=0",
        "learner.activation=gelu",
        "budget.epochs=0",
        "budget.operations=-1",
        "labels.shuffle=1",
        "labels.shuffle=TRUE",
        "problem.rotation=7",
        "constructor=1",
        "sample.constructor=1",
        "sample.__proto__=1",
        "sample=1",
        "sample.=1",
        ".n=1",
        "sample.n.n=1",
        "b:sample.x=1",
        "v.v=1",
    ];
    for part in bad {
        let link = parse(&format!("{base}&{part}"));
        let key = part.split('=').next().unwrap();
        assert!(!link.refused.is_empty() && link.refused.iter().all(|(p, _)| p == key), "{part}: {:?}", link.refused);
        assert_eq!(link.at, Some(3));
        let names: Vec<&str> = link.variants.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b"], "{part}");
        for (name, spec) in &link.variants {
            let noise = if name == "b" { 0.25 } else { 0.0 };
            let wanted = canonical(&json!({"sample": {"n": 77}, "labels": {"noise": noise}})).unwrap();
            assert_eq!(*spec, wanted, "{part}");
        }
    }
}

/// A link with a few variants, all its specs and the rest at random.
fn random_link(seed: u64) -> Link {
    let mut dice = Dice(seed);
    let mut variants = Vec::new();
    for name in ["a", "polar-2", "x_y"] {
        if variants.is_empty() || dice.below(2) == 0 {
            // Often the same spec twice, so that fields are shared.
            let spec = if dice.below(3) == 0 && !variants.is_empty() { seed } else { dice.below(u64::MAX) };
            variants.push((name.to_string(), canonical(&Dice(spec).spec()).unwrap()));
        }
    }
    let corner = |dice: &mut Dice| dice.below(1 << 40) as f64 / (1u64 << 41) as f64 - 1.0;
    Link {
        figure: "prior".into(),
        engine: Some(ENGINE),
        variants,
        at: (dice.below(2) == 0).then(|| dice.below(1 << 40)),
        view: (dice.below(2) == 0).then(|| [corner(&mut dice), corner(&mut dice), 0.0, 0.7]),
        guess: (dice.below(2) == 0)
            .then(|| "a&b=c#d%e+f \"ß\" 猫\u{0}\n".chars().skip(dice.below(9) as usize).collect()),
        show: (dice.below(3) == 0).then(|| "truth,wrong".into()),
        look: (dice.below(3) == 0).then(|| "1&2".into()),
        refused: Vec::new(),
    }
}

/// Specs at random with their identities and links, for the Node test: there JavaScript reads and writes the numbers. With
/// UPDATE_FIXTURES=1 the file is written instead.
#[test]
fn links_of_specs_on_file_are_the_same() {
    let spec = |seed: u64| {
        let spec = Dice(seed).spec();
        let full = Spec::check(&spec).unwrap();
        let variants = vec![("main".to_string(), full.to_json().clone())];
        let link = format(&Link { figure: "n".into(), variants, ..Link::default() });
        json!({"spec": spec, "id": full.id(), "link": link})
    };
    let fresh: Vec<Value> = (0..100).map(spec).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/spec_links.json");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let lines: Vec<String> = fresh.iter().map(Value::to_string).collect();
        std::fs::write(file, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
    let stored: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(stored.len(), fresh.len());
    for (stored, fresh) in stored.iter().zip(&fresh) {
        assert_eq!(stored, fresh);
    }
}

proptest! {
    #[test]
    fn there_and_back(seed: u64) {
        let link = random_link(seed);
        let text = format(&link);
        prop_assert!(text.is_ascii() && !text.contains([' ', '"', '<', '>', '\n']), "{}", text);
        let back = parse(&text);
        prop_assert_eq!(&back, &link, "{}", text);
        prop_assert_eq!(format(&back), text);
        for (_, spec) in &back.variants {
            prop_assert!(Spec::check(spec).is_ok());
        }
    }

    #[test]
    fn any_text_is_read_without_a_fault(text in any::<String>()) {
        for text in [text.clone(), format!("#fig={text}"), format!("#fig=n&{text}"), format!("#fig=n&sample.n={text}&view={text}&{text}={text}")] {
            check_any(&text)?;
        }
    }

    #[test]
    fn any_encoded_bytes_are_read_without_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let encoded: String = bytes.iter().map(|b| format!("%{b:02X}")).collect();
        check_any(&format!("#fig=n&guess={encoded}&{encoded}=1&vars={encoded}"))?;
    }

    #[test]
    fn a_damaged_link_is_read_without_a_fault(seed: u64, damages in prop::collection::vec((any::<prop::sample::Index>(), "[&=:;,.%#a-z0-9\\-]?"), 1..8)) {
        let mut text = format(&random_link(seed));
        for (at, piece) in damages {
            let at = at.index(text.len());
            text.replace_range(at..at + 1, &piece);
        }
        check_any(&text)?;
    }
}

/// Whatever is read is allowed, can be written, and is then a fixed point.
fn check_any(text: &str) -> Result<(), TestCaseError> {
    let mut link = parse(text);
    for (_, spec) in &link.variants {
        prop_assert_eq!(&canonical(spec).unwrap(), spec);
    }
    prop_assert!(
        link.figure.is_empty() == link.refused.iter().any(|(part, _)| part == "fig" || part == "the link")
            || text.matches("fig=").count() > 1
    );
    if !link.figure.is_empty() {
        let written = format(&link);
        let again = parse(&written);
        prop_assert_eq!(&again.refused, &vec![], "{}", written);
        link.refused.clear();
        link.engine = again.engine;
        prop_assert_eq!(&again, &link, "{}", written);
        prop_assert_eq!(format(&again), written);
    }
    Ok(())
}
