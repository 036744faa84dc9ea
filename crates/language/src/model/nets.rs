//! The files of the nets.

use serde_json::{Map, Value};

use super::files::Files;
use super::msgpack::Reader;
use super::rules::normal_morph;
use super::thinc::{Layer as ThincLayer, ThincModel};
use super::{TaggerLabels, read_json};
use crate::error::LoadError;
use crate::labels::Labels;
use crate::nets::edges::Decoration;
use crate::nets::exact::ExactNet;
use crate::nets::kernels::{CLASS_STEP, Kernels, MAX_CLASSES, MAX_HIDDEN, Upper};
use crate::nets::ner::{self, Recognizer};
use crate::nets::parser::{self, Parser};
use crate::nets::tagger::TaggerNet;
use crate::nets::tok2vec::{Embed, Feature, Layer, Tok2Vec};
use crate::nets::transition::{MAX_FEATURES, TransitionNet};

pub(super) fn tok2vec(
    files: &Files<'_>,
    file: &str,
    kernels: Kernels,
) -> Result<Tok2Vec, LoadError> {
    let model = ThincModel::read(&files.read(file)?, file)?;
    encoder(&model, kernels)?
        .ok_or_else(|| LoadError::unsupported(file, "a tok2vec without hashed embeddings"))
}

/// The encoder in a model; `None` when the model listens to another component's.
fn encoder(model: &ThincModel, kernels: Kernels) -> Result<Option<Tok2Vec>, LoadError> {
    let Some(first) = model.named("hashembed").next() else {
        return Ok(None);
    };
    let unsupported = |what: &str| LoadError::unsupported(&model.file, what);
    if model.named("static_vectors").next().is_some() {
        return Err(unsupported("static vectors (a pipeline larger than sm)"));
    }
    let ([_, width], _) = model.param::<2>(first, "E")?;
    let columns: Vec<&String> = model.layers.iter().flat_map(|l| &l.columns).collect();
    let mut embeds = Vec::new();
    for (i, layer) in model.named("hashembed").enumerate() {
        let ([rows, w], table) = model.param::<2>(layer, "E")?;
        let column = layer.numbers.get("column").copied().unwrap_or(i as i64);
        let feature = usize::try_from(column)
            .ok()
            .and_then(|c| columns.get(c))
            .and_then(|c| Feature::from_name(c));
        let feature = feature.ok_or_else(|| unsupported("an embedding of an unknown attribute"))?;
        let seed = layer
            .numbers
            .get("seed")
            .and_then(|&s| u32::try_from(s).ok());
        let seed =
            seed.ok_or_else(|| LoadError::damaged(&model.file, 0, "an embedding without a seed"))?;
        if w != width || rows > u32::MAX as usize {
            return Err(unsupported("embeddings of several widths"));
        }
        embeds.push(Embed {
            feature,
            seed,
            table: table.to_vec(),
        });
    }
    let mut layers = Vec::new();
    for (maxout, norm) in model.named("maxout").zip(model.named("layernorm")) {
        layers.push(maxout_layer(model, maxout, norm, kernels)?);
    }
    let windows: Vec<i64> = model
        .named("expand_window")
        .map(|l| l.numbers.get("window_size").copied().unwrap_or(0))
        .collect();
    let inputs_fit = layers.iter().enumerate().all(|(i, l)| {
        let expected = if i == 0 {
            embeds.len() * width
        } else {
            3 * width
        };
        l.inputs == expected && l.gain.len() == width
    });
    if layers.is_empty()
        || !inputs_fit
        || windows.len() + 1 != layers.len()
        || windows.iter().any(|&w| w != 1)
    {
        return Err(unsupported(
            "an encoder of another form than mixing and convolutions over one neighbor",
        ));
    }
    let mix = layers.remove(0);
    Ok(Some(Tok2Vec {
        kernels,
        width,
        embeds,
        mix,
        convolutions: layers,
    }))
}

fn maxout_layer(
    model: &ThincModel,
    maxout: &ThincLayer,
    norm: &ThincLayer,
    kernels: Kernels,
) -> Result<Layer, LoadError> {
    let ([outputs, pieces, inputs], weights) = model.param::<3>(maxout, "W")?;
    let (bias_shape, bias) = model.param::<2>(maxout, "b")?;
    let ([gains], gain) = model.param::<1>(norm, "G")?;
    let ([shifts], shift) = model.param::<1>(norm, "b")?;
    if bias_shape != [outputs, pieces] || gains != outputs || shifts != outputs {
        return Err(LoadError::damaged(
            &model.file,
            0,
            "layers whose sizes do not fit",
        ));
    }
    if !outputs.is_multiple_of(16) || !(2..=3).contains(&pieces) {
        return Err(LoadError::unsupported(
            &model.file,
            format!("a maxout layer of {outputs} outputs and {pieces} pieces"),
        ));
    }
    Ok(Layer {
        inputs,
        pieces,
        weights: weights.to_vec(),
        bias: bias.to_vec(),
        gain: gain.to_vec(),
        shift: shift.to_vec(),
        packed: kernels.pack_maxout(weights, bias, outputs, pieces, inputs),
    })
}

pub(super) fn tagger(
    files: &Files<'_>,
    component: &str,
    kernels: Kernels,
    labels: &mut Labels,
) -> Result<(TaggerNet, TaggerLabels), LoadError> {
    let file = format!("{component}/cfg");
    let cfg = read_json(files, &file)?;
    let names = cfg["labels"]
        .as_array()
        .ok_or_else(|| LoadError::damaged(&file, 0, "no labels"))?;
    let classes = names
        .iter()
        .map(|n| (labels.add(n.as_str().unwrap_or_default()), 0, 0))
        .collect();
    classifier(files, component, kernels, classes)
}

pub(super) fn morphologizer(
    files: &Files<'_>,
    component: &str,
    kernels: Kernels,
    labels: &mut Labels,
) -> Result<(TaggerNet, TaggerLabels), LoadError> {
    let file = format!("{component}/cfg");
    let text = files.read_text(&file)?;
    let cfg: Value =
        serde_json::from_str(&text).map_err(|e| LoadError::damaged(&file, 0, e.to_string()))?;
    let empty = Map::new();
    let pos_ids = cfg["labels_pos"].as_object().unwrap_or(&empty);
    let morphs = cfg["labels_morph"]
        .as_object()
        .ok_or_else(|| LoadError::damaged(&file, 0, "no labels"))?;
    let mut classes = Vec::new();
    for key in keys_in_order(&text, "labels_morph").unwrap_or_default() {
        let morph = morphs.get(&key).and_then(Value::as_str).unwrap_or_default();
        let pos = pos_ids.get(&key).and_then(Value::as_u64).unwrap_or(0);
        let pos = pos_name(pos)
            .ok_or_else(|| LoadError::unsupported(&file, format!("the part of speech {pos}")))?;
        classes.push((0, labels.add(pos), labels.add(&normal_morph(morph))));
    }
    classifier(files, component, kernels, classes)
}

/// The keys of the object `name` in the order of the file, which is the order of the classes.
fn keys_in_order(text: &str, name: &str) -> Option<Vec<String>> {
    struct Keys(Vec<String>);
    impl<'de> serde::Deserialize<'de> for Keys {
        fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Keys;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Keys, A::Error> {
                    let mut keys = Vec::new();
                    while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        keys.push(key);
                    }
                    Ok(Keys(keys))
                }
            }
            d.deserialize_map(Visitor)
        }
    }
    let raw: std::collections::HashMap<String, Box<serde_json::value::RawValue>> =
        serde_json::from_str(text).ok()?;
    serde_json::from_str::<Keys>(raw.get(name)?.get())
        .ok()
        .map(|k| k.0)
}

/// Universal parts of speech by spaCy's number.
fn pos_name(id: u64) -> Option<&'static str> {
    const FIRST: u64 = 84;
    const NAMES: [&str; 20] = [
        "ADJ", "ADP", "ADV", "AUX", "CONJ", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON",
        "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X", "EOL", "SPACE",
    ];
    if id == 0 {
        Some("")
    } else {
        NAMES
            .get(usize::try_from(id.checked_sub(FIRST)?).ok()?)
            .copied()
    }
}

fn classifier(
    files: &Files<'_>,
    component: &str,
    kernels: Kernels,
    classes: Vec<(u16, u16, u16)>,
) -> Result<(TaggerNet, TaggerLabels), LoadError> {
    let file = format!("{component}/model");
    let model = ThincModel::read(&files.read(&file)?, &file)?;
    let layer = model.named("softmax").next();
    let layer =
        layer.ok_or_else(|| LoadError::unsupported(&file, "a tagger without a softmax layer"))?;
    if model.named("hashembed").next().is_some() {
        return Err(LoadError::unsupported(
            &file,
            "a tagger with an encoder of its own",
        ));
    }
    let ([outputs, inputs], weights) = model.param::<2>(layer, "W")?;
    let ([biases], bias) = model.param::<1>(layer, "b")?;
    if biases != outputs || classes.len() != outputs {
        return Err(LoadError::damaged(
            &file,
            0,
            format!("{outputs} classes for {} labels", classes.len()),
        ));
    }
    Ok((
        TaggerNet::new(kernels, weights.to_vec(), bias.to_vec(), inputs),
        TaggerLabels { classes },
    ))
}

/// The layers of a transition model, without its encoder.
fn transition(
    model: &ThincModel,
    kernels: Kernels,
    n_features: usize,
    n_actions: usize,
) -> Result<TransitionNet, LoadError> {
    let unsupported = |what: String| LoadError::unsupported(&model.file, what);
    let lower = model.reference("lower")?;
    let upper = model.reference("upper")?;
    let linear = model.named("linear").find(|l| !std::ptr::eq(*l, upper));
    let linear = linear.ok_or_else(|| unsupported("a parser without a linear layer".to_owned()))?;
    let ([units, width], linear_w) = model.param::<2>(linear, "W")?;
    let ([linear_biases], linear_b) = model.param::<1>(linear, "b")?;
    let ([features, hidden, pieces, inputs], lower_w) = model.param::<4>(lower, "W")?;
    let (lower_bias_shape, lower_b) = model.param::<2>(lower, "b")?;
    let (pad_shape, pad) = model.param::<4>(lower, "pad")?;
    let ([actions, upper_inputs], upper_w) = model.param::<2>(upper, "W")?;
    let ([upper_biases], upper_b) = model.param::<1>(upper, "b")?;
    let fits = linear_biases == units
        && inputs == units
        && lower_bias_shape == [hidden, pieces]
        && pad_shape == [1, features, hidden, pieces]
        && upper_inputs == hidden
        && upper_biases == actions
        && actions == n_actions;
    if !fits {
        return Err(LoadError::damaged(
            &model.file,
            0,
            "layers whose sizes do not fit",
        ));
    }
    if pieces != 2
        || !hidden.is_multiple_of(16)
        || hidden > MAX_HIDDEN
        || features != n_features
        || features > MAX_FEATURES
    {
        return Err(unsupported(format!(
            "a parser of {features} features, {hidden} hidden units and {pieces} pieces"
        )));
    }
    if actions > MAX_CLASSES {
        return Err(unsupported(format!("{actions} actions")));
    }
    // From [..][unit][piece] to [..][piece][unit].
    let row = 2 * hidden;
    let piece_first = |from: &[f32], each: usize| -> Vec<f32> {
        let order = (0..row).map(|i| (i % hidden) * 2 + i / hidden);
        from.chunks_exact(row * each)
            .flat_map(|part| {
                order
                    .clone()
                    .flat_map(move |i| part[i * each..(i + 1) * each].iter().copied())
            })
            .collect()
    };
    let lower_w = piece_first(lower_w, inputs);
    let linear_packed = kernels.pack_dense(linear_w, Some(linear_b), units, width);
    // The linear layer's outputs are padded to whole panels; `lower` reads the first `units` of each row.
    Ok(TransitionNet {
        kernels,
        row,
        lower: kernels.pack_dense(&lower_w, None, features * row, inputs),
        linear: linear_packed,
        pad: piece_first(pad, 1),
        upper: upper_layer(upper_w, upper_b, hidden, piece_first(lower_b, 1)),
        exact: ExactNet {
            linear: (linear_w.to_vec(), linear_b.to_vec()),
            lower: lower_w,
            upper: (upper_w.to_vec(), upper_b.to_vec()),
        },
    })
}

fn upper_layer(weights: &[f32], bias: &[f32], hidden: usize, hidden_bias: Vec<f32>) -> Upper {
    let classes = bias.len().next_multiple_of(CLASS_STEP);
    let mut transposed = vec![0.0; hidden * classes];
    for (class, row) in weights.chunks_exact(hidden).enumerate() {
        row.iter()
            .enumerate()
            .for_each(|(unit, &w)| transposed[unit * classes + class] = w);
    }
    let mut bias = bias.to_vec();
    bias.resize(classes, 0.0);
    Upper {
        hidden_bias,
        weights: transposed,
        bias,
    }
}

pub(super) fn parser(
    files: &Files<'_>,
    component: &str,
    kernels: Kernels,
    labels: &mut Labels,
) -> Result<Parser, LoadError> {
    let moves = format!("{component}/moves");
    let actions = read_moves(files, &moves, labels, 0, &parser::Move::BY_CODE)?;
    if actions.iter().any(|a| labels.text(a.1) == "subtok") {
        return Err(LoadError::unsupported(&moves, "a parser that joins tokens"));
    }
    let file = format!("{component}/model");
    let model = ThincModel::read(&files.read(&file)?, &file)?;
    if encoder(&model, kernels)?.is_some() {
        return Err(LoadError::unsupported(
            &file,
            "a parser with an encoder of its own",
        ));
    }
    Ok(Parser::new(
        transition(&model, kernels, 8, actions.len())?,
        actions,
    ))
}

pub(super) fn ner(
    files: &Files<'_>,
    component: &str,
    kernels: Kernels,
    labels: &mut Labels,
) -> Result<(Recognizer, Option<Tok2Vec>), LoadError> {
    let actions = read_moves(
        files,
        &format!("{component}/moves"),
        labels,
        1,
        &ner::Move::BY_CODE,
    )?;
    let file = format!("{component}/model");
    let model = ThincModel::read(&files.read(&file)?, &file)?;
    let net = transition(&model, kernels, 3, actions.len())?;
    Ok((Recognizer::new(net, actions, 0), encoder(&model, kernels)?))
}

/// The actions in the order of their scores: by code, then the most frequent label first.
fn read_moves<M: Copy>(
    files: &Files<'_>,
    file: &str,
    labels: &mut Labels,
    first_code: usize,
    moves: &[M],
) -> Result<Vec<(M, u16)>, LoadError> {
    let bytes = files.read(file)?;
    let mut r = Reader::new(&bytes, file);
    let mut json = Map::new();
    for _ in 0..r.map_len()? {
        match r.text()? {
            "moves" => {
                json = serde_json::from_str(r.text()?).map_err(|e| r.error(e.to_string()))?
            }
            _ => r.skip()?,
        }
    }
    let mut out = Vec::new();
    for (i, &kind) in moves.iter().enumerate() {
        let Some(Value::Object(counts)) = json.get(&(first_code + i).to_string()) else {
            continue;
        };
        let mut sorted: Vec<(i64, &str)> = counts
            .iter()
            .map(|(l, n)| (n.as_i64().unwrap_or(0), l.as_str()))
            .collect();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        // Labels added after training have negative counts, and stay in the order in which they were added.
        let added = sorted.partition_point(|c| c.0 >= 0);
        sorted[added..].sort_by(|a, b| b.cmp(a));
        out.extend(
            sorted
                .into_iter()
                .map(|(_, label)| (kind, labels.add(label))),
        );
    }
    if out.is_empty() {
        return Err(LoadError::damaged(file, 0, "no actions"));
    }
    Ok(out)
}

/// For each label `X||Y`, what it means; adds the labels that only such a label holds.
pub(super) fn decorations(labels: &mut Labels) -> Vec<Option<Decoration>> {
    let names: Vec<String> = (0..labels.len())
        .map(|n| labels.text(n as u16).to_owned())
        .collect();
    let mut out: Vec<Option<Decoration>> = names
        .iter()
        .map(|name| {
            let (label, head_label) = name.split_once("||")?;
            Some(Decoration {
                label: labels.add(label),
                head_label: labels.add(head_label),
            })
        })
        .collect();
    out.resize(labels.len(), None);
    out
}

/// That each net reads vectors of the width that its encoder writes.
pub(super) fn check_widths(
    shared: &Option<Tok2Vec>,
    tagger: &Option<(TaggerNet, TaggerLabels)>,
    parser: &Option<Parser>,
    ner: &Option<(Recognizer, Option<Tok2Vec>)>,
) -> Result<(), LoadError> {
    let shared = shared.as_ref().map(|s| s.width);
    let tagger = tagger
        .as_ref()
        .is_none_or(|t| Some(t.0.packed.inputs) == shared);
    let parser = parser
        .as_ref()
        .is_none_or(|p| Some(p.net.linear.inputs) == shared);
    let ner = ner.as_ref().is_none_or(|(r, own)| {
        Some(r.net.linear.inputs) == own.as_ref().map(|o| o.width).or(shared)
    });
    if tagger && parser && ner {
        return Ok(());
    }
    Err(LoadError::damaged(
        super::CONFIG,
        0,
        "nets that read vectors of another width than the encoder writes",
    ))
}
