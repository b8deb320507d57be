//! Permalinks: a figure's whole state in the part of an address behind `#`.
//!
//! ```text
//! link     = "#fig=" NAME { "&" part }
//! part     = "v=1" | "engine=" INTEGER | "vars=" NAME { "," NAME }
//!          | [ NAME ":" ] PATH "=" VALUE          a field of one variant, or of all of them
//!          | "at=" INTEGER                         units of work done
//!          | "view=" X0 "," Y0 "," X1 "," Y1
//!          | "guess=" TEXT
//!          | "show=" NAME { "," NAME }             layers of the picture that are switched on
//!          | "look=" TEXT                          which part of a model is looked into
//! NAME     = a letter, then letters, digits, "-" or "_", at most 40
//! PATH     = a path of the spec, as in learner.k
//! VALUE    = number | word | "true" | "false" | integer { "," integer } | row { ";" row }      row = number { "," number }
//! ```
//!
//! Everything is percent-encoded UTF-8. What is written is what differs from the *Spec's* defaults, never from the figure's, so
//! that a link keeps its meaning when a figure is changed. A link with nothing but `fig` stands for the figure as published.
//! Parsing never fails as a whole: a part that cannot be honoured is refused by name, and its field keeps the default.

use crate::ENGINE;
use crate::json::object;
use crate::measure::raster::check_view;
use crate::number::{json_text, read as read_number};
use crate::spec::fields::{GROUPS, Kind, Shape};
use crate::spec::{Spec, canonical_number, fields_of, number_text, shown};
use crate::world::View;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

/// Longest link that is read; a drawn curve of 2,000 corners needs about 30,000 characters.
const LONGEST: usize = 65_536;
/// Longest text of a guess and the like.
const LONGEST_TEXT: usize = 200;
/// Most variants of a figure.
const MOST_VARIANTS: usize = 16;
/// The variant of a link that names none.
const ONLY_VARIANT: &str = "main";
/// Characters that may stand in a value as they are.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b',').remove(b';').remove(b':');

/// A figure's state as read from a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Name of the figure; empty if the text is not a link to a figure.
    pub figure: String,
    /// Engine that made the link, if it says.
    pub engine: Option<u32>,
    /// Name and canonical spec of each variant; none for the figure as published.
    pub variants: Vec<(String, Value)>,
    /// Units of work done.
    pub at: Option<u64>,
    /// Rectangle shown.
    pub view: Option<View>,
    /// The reader's guess.
    pub guess: Option<String>,
    /// Layers of the picture that are switched on; only the figure knows their names.
    pub show: Option<String>,
    /// Which part of a model is looked into; only the figure knows what it means.
    pub look: Option<String>,
    /// Parts that could not be honoured, and why.
    pub refused: Vec<(String, String)>,
}

/// Reads a link: a whole address, or its part from `#` on, or that part without `#`.
pub fn parse(text: &str) -> Link {
    let mut link = Link::default();
    let text = text.trim();
    if text.len() > LONGEST {
        link.refuse("the link", format!("is {} characters long; allowed: at most {LONGEST}", text.len()));
        return link;
    }
    let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
    if fragment.starts_with("fig=") {
        let parts = split(fragment, &mut link);
        read(parts, &mut link);
    } else {
        link.refuse("the link", "does not begin with #fig=, as in #fig=prior".into());
    }
    link
}

impl Link {
    fn refuse(&mut self, part: &str, why: String) {
        let part: String = part.chars().take(60).collect();
        self.refused.push((part, why));
    }

    /// As JSON, as the page sees it.
    pub fn to_json(&self) -> Value {
        let variant =
            |(name, spec): &(String, Value)| object(vec![("name", name.as_str().into()), ("spec", spec.clone())]);
        let refusal =
            |(part, why): &(String, String)| object(vec![("part", part.as_str().into()), ("why", why.as_str().into())]);
        let text = |text: &Option<String>| text.as_deref().into();
        object(vec![
            ("figure", self.figure.as_str().into()),
            ("v", 1.into()),
            ("engine", self.engine.into()),
            ("variants", self.variants.iter().map(variant).collect()),
            ("at", self.at.into()),
            ("view", self.view.map(Vec::from).into()),
            ("guess", text(&self.guess)),
            ("show", text(&self.show)),
            ("look", text(&self.look)),
            ("refused", self.refused.iter().map(refusal).collect()),
        ])
    }
}

/// Keys and values, decoded; a second value for a key is refused.
fn split(fragment: &str, link: &mut Link) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for part in fragment.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (Ok(key), Ok(value)) = (percent_decode_str(name).decode_utf8(), percent_decode_str(value).decode_utf8())
        else {
            link.refuse(name, "is not percent-encoded UTF-8".into());
            continue;
        };
        if parts.iter().any(|(known, _)| *known == key) {
            link.refuse(&key, "is given twice; the first holds".into());
        } else {
            parts.push((key.into_owned(), value.into_owned()));
        }
    }
    parts
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 40
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// A field as a link gives it: the variant it is for (`None` for all), its path and its value.
struct Given {
    key: String,
    variant: Option<String>,
    path: String,
    value: Value,
}

fn read(mut parts: Vec<(String, String)>, link: &mut Link) {
    let mut names: Vec<String> = Vec::new();
    let mut given: Vec<Given> = Vec::new();
    let mut stated = false;
    if let Some((_, version)) = parts.iter().find(|(key, _)| key == "v") {
        stated = version == "1";
        if !stated {
            let why = format!("is {}; this essay reads version 1, so the figure is shown as published", cut(version));
            link.refuse("v", why);
            parts.retain(|(key, _)| key == "fig");
        }
    }
    for (key, value) in parts {
        match key.as_str() {
            "fig" if is_name(&value) => link.figure = value,
            "fig" => link.refuse("fig", "is not the name of a figure: letters, digits, - and _".into()),
            "v" => {}
            "engine" => match value.parse() {
                Ok(engine) => link.engine = Some(engine),
                Err(_) => link.refuse("engine", format!("is {}; allowed: an integer, now {ENGINE}", cut(&value))),
            },
            "vars" => {
                let list: Vec<String> = value.split(',').map(String::from).collect();
                let distinct = list.iter().enumerate().all(|(i, name)| !list[..i].contains(name));
                if list.len() <= MOST_VARIANTS && distinct && list.iter().all(|name| is_name(name)) {
                    names = list;
                } else {
                    link.refuse("vars", format!("is not a list of 1 to {MOST_VARIANTS} different names"));
                }
            }
            "at" => match value.parse() {
                Ok(at) => link.at = Some(at),
                Err(_) => link.refuse("at", format!("is {}; allowed: an integer from 0", cut(&value))),
            },
            "view" => match view(&value) {
                Ok(view) => link.view = Some(view),
                Err(why) => link.refuse("view", why),
            },
            "guess" | "show" | "look" if value.chars().count() > LONGEST_TEXT => {
                link.refuse(&key, format!("is too long; allowed: at most {LONGEST_TEXT} characters"));
            }
            "guess" => link.guess = Some(value),
            "show" => link.show = Some(value),
            "look" => link.look = Some(value),
            _ => match field(&key, &value) {
                Ok(field) => given.push(field),
                Err(why) => link.refuse(&key, why),
            },
        }
    }
    if names.is_empty() && (stated || !given.is_empty()) {
        names.push(ONLY_VARIANT.into());
    }
    let foreign = |g: &Given| g.variant.as_ref().is_some_and(|name| !names.contains(name));
    for g in given.iter().filter(|g| foreign(g)) {
        link.refuse(&g.key, format!("is for a variant that vars does not name; allowed: {}", names.join(", ")));
    }
    for name in names {
        let spec = build(&name, &given, link);
        link.variants.push((name, spec));
    }
}

fn cut(text: &str) -> String {
    shown(&text.into())
}

fn view(text: &str) -> Result<View, String> {
    let why = || format!("is {}; allowed: x0,y0,x1,y1 with x0 < x1 and y0 < y1", cut(text));
    let numbers: Vec<f64> = text.split(',').map(read_number).collect::<Option<_>>().ok_or_else(why)?;
    let view: View = numbers.try_into().map_err(|_| why())?;
    check_view(view, 1, 1).map_err(|_| why())?;
    Ok(view)
}

fn number(text: &str) -> Option<Value> {
    read_number(text).map(canonical_number)
}

/// The type of a field by its path; `kind` fields are words.
fn kind_of(path: &str) -> Option<&'static Kind> {
    static WORD: Kind = Kind::Choice(&[]);
    let (group, name) = path.split_once('.').unwrap_or(("", path));
    let group = GROUPS.iter().find(|g| g.name == group)?;
    match &group.shape {
        Shape::All(fields) | Shape::OneOf(fields) => fields.iter().find(|f| f.name == name).map(|f| &f.kind),
        Shape::ByKind(_) if name == "kind" => Some(&WORD),
        Shape::ByKind(kinds) => {
            let mut fields = kinds.iter().flat_map(|(_, lists)| lists.iter().flat_map(|list| list.iter()));
            fields.find(|f| f.name == name).map(|f| &f.kind)
        }
    }
}

/// Reads one `[NAME:]PATH=VALUE`; the range is checked later, by the one checker.
fn field(key: &str, text: &str) -> Result<Given, String> {
    let (variant, path) = key.split_once(':').map_or((None, key), |(variant, path)| (Some(variant.to_string()), path));
    let kind = kind_of(path).filter(|_| path != "v").ok_or("is not a part of a link or a field of a spec")?;
    let list = |text: &str| text.split(',').map(number).collect::<Option<Vec<Value>>>().map(Value::Array);
    let value = match kind {
        Kind::Choice(_) => Some(text.into()),
        Kind::Bool => text.parse::<bool>().ok().map(Value::from),
        Kind::Int { .. } | Kind::Odd { .. } | Kind::Number { .. } => number(text),
        Kind::Ints { .. } => list(text),
        Kind::Rows { .. } => text.split(';').map(list).collect::<Option<Vec<Value>>>().map(Value::Array),
    };
    let value = value.ok_or_else(|| {
        let allowed = if matches!(kind, Kind::Choice(_)) { "a word".into() } else { kind.allowed() };
        format!("is {}; allowed: {allowed}", cut(text))
    })?;
    Ok(Given { key: key.into(), variant, path: path.into(), value })
}

/// The canonical spec of one variant. A field that the checker refuses is dropped, and the rest is tried again.
fn build(name: &str, given: &[Given], link: &mut Link) -> Value {
    let own = |g: &&Given| g.variant.as_deref() == Some(name);
    let mut fields: Vec<&Given> = given.iter().filter(own).collect();
    let shared = given.iter().filter(|g| g.variant.is_none());
    for g in shared {
        if !fields.iter().any(|f| f.path == g.path) {
            fields.push(g);
        }
    }
    loop {
        let error = match Spec::check(&assemble(&fields)) {
            Ok(spec) => return spec.to_json().clone(),
            Err(error) => error,
        };
        let concerns = |g: &&Given| within(&error.path, &g.path) || within(&g.path, &error.path);
        let calls_for = |g: &&Given| g.path == caller(&error.path);
        // The last one: of two budgets the first holds. Without a culprit everything goes.
        let culprit = fields.iter().rposition(concerns).or_else(|| fields.iter().rposition(calls_for));
        let dropped = match culprit {
            Some(at) => vec![fields.remove(at)],
            None => std::mem::take(&mut fields),
        };
        for g in dropped {
            let why = error.to_string();
            if !link.refused.iter().any(|(part, known)| *part == g.key && *known == why) {
                link.refuse(&g.key, why);
            }
        }
        if culprit.is_none() && fields.is_empty() {
            return Spec::default_json("mlp").expect("the default is allowed");
        }
    }
}

/// Whether `path` is `whole` or a part of it, as `learner.hidden[0]` is of `learner.hidden`; `learner.kind` is none of `learner.k`.
fn within(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The field whose value made a missing one necessary, as `problem.kind=polygon` does with `problem.points`.
fn caller(missing: &str) -> String {
    match missing {
        "problem.components" => "problem.mixture".into(),
        _ => format!("{}.kind", missing.split('.').next().unwrap_or_default()),
    }
}

fn assemble(fields: &[&Given]) -> Value {
    let mut spec = Map::new();
    for g in fields {
        match g.path.split_once('.') {
            None => {
                spec.insert(g.path.clone(), g.value.clone());
            }
            Some((group, name)) => {
                let group = spec.entry(group).or_insert(Value::Null);
                group[name] = g.value.clone();
            }
        }
    }
    Value::Object(spec)
}

/// Writes a link with all that differs from the Spec's defaults. The specs of the variants must be canonical.
pub fn format(link: &Link) -> String {
    let mut out = format!("#fig={}", encode(&link.figure));
    let bare = link.variants.is_empty();
    if !bare {
        let names: Vec<&str> = link.variants.iter().map(|(name, _)| name.as_str()).collect();
        out += &format!("&v=1&engine={ENGINE}&vars={}", names.join(","));
        let lists: Vec<Vec<(String, String)>> = link.variants.iter().map(|(_, spec)| differences(spec)).collect();
        let shared = |entry: &(String, String)| lists.iter().all(|list| list.contains(entry));
        for entry in lists[0].iter().filter(|entry| shared(entry)) {
            out += &format!("&{}={}", entry.0, encode(&entry.1));
        }
        for (name, list) in names.iter().zip(&lists) {
            for entry in list.iter().filter(|entry| !shared(entry)) {
                out += &format!("&{name}:{}={}", entry.0, encode(&entry.1));
            }
        }
    }
    if let Some(at) = link.at {
        out += &format!("&at={at}");
    }
    if let Some(view) = link.view {
        let numbers: Vec<String> = view.iter().map(|c| number_text(*c)).collect();
        out += &format!("&view={}", numbers.join(","));
    }
    for (key, text) in [("guess", &link.guess), ("show", &link.show), ("look", &link.look)] {
        if let Some(text) = text {
            out += &format!("&{key}={}", encode(text));
        }
    }
    out
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Path and text of every field that differs from the Spec's default.
fn differences(spec: &Value) -> Vec<(String, String)> {
    let mut list = Vec::new();
    for (group, value) in spec.as_object().into_iter().flatten() {
        match value {
            Value::Object(fields) => {
                let kind = value["kind"].as_str().unwrap_or_default();
                let changed =
                    fields.iter().filter(|(name, value)| default_of(group, kind, name).as_ref() != Some(*value));
                list.extend(changed.map(|(name, value)| (format!("{group}.{name}"), text(value))));
            }
            _ if default_of("", "", group).as_ref() != Some(value) => list.push((group.clone(), text(value))),
            _ => {}
        }
    }
    list
}

/// The value that a field has when a spec does not give it.
fn default_of(group: &str, kind: &str, name: &str) -> Option<Value> {
    let default = match &GROUPS.iter().find(|g| g.name == group)?.shape {
        Shape::All(fields) => fields.iter().find(|f| f.name == name)?.default,
        // The others say by being there which one was chosen.
        Shape::OneOf(fields) => fields.first().filter(|f| f.name == name)?.default,
        Shape::ByKind(kinds) if name == "kind" => return Some(kinds[0].0.into()),
        Shape::ByKind(kinds) => fields_of(kinds, kind).into_iter().find(|f| f.name == name)?.default,
    };
    default.to_json()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Array(items) => {
            let separator = if items.iter().any(Value::is_array) { ";" } else { "," };
            items.iter().map(text).collect::<Vec<_>>().join(separator)
        }
        other => json_text(other),
    }
}
