//! A thinc model file: layers with their parameters, in the order of a breadth-first walk of the layer tree.

use std::collections::BTreeMap;

use super::msgpack::{Item, Reader};
use crate::error::LoadError;

/// Numbers with their shape; rows first.
#[derive(Debug, Default)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f32>,
}

/// One layer.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    pub(crate) name: String,
    /// Layers that this one names, by their place in the list.
    pub(crate) refs: BTreeMap<String, usize>,
    pub(crate) numbers: BTreeMap<String, i64>,
    /// Names of token attributes, for the layer that extracts features.
    pub(crate) columns: Vec<String>,
    params: BTreeMap<String, Tensor>,
}

/// All layers of one file.
pub(crate) struct ThincModel {
    pub(crate) file: String,
    pub(crate) layers: Vec<Layer>,
}

/// Numbers in one tensor, at most; those of small pipelines have half a million.
const MAX_NUMBERS: usize = 1 << 26;

impl ThincModel {
    /// Reads `{nodes, attrs, params, shims}`, four lists of equal length.
    pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Self, LoadError> {
        let mut r = Reader::new(bytes, file);
        let mut layers: Vec<Layer> = Vec::new();
        for _ in 0..r.map_len()? {
            let key = r.text()?;
            if key == "shims" {
                r.skip()?;
                continue;
            }
            let n = r.array_len()?;
            if layers.len() < n {
                layers.resize_with(n, Layer::default);
            }
            for layer in &mut layers[..n] {
                match key {
                    "nodes" => read_node(&mut r, layer)?,
                    "attrs" => read_attributes(&mut r, layer, file)?,
                    "params" => read_params(&mut r, layer)?,
                    _ => r.skip()?,
                }
            }
        }
        Ok(Self {
            file: file.to_owned(),
            layers,
        })
    }

    pub(crate) fn named<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Layer> {
        self.layers.iter().filter(move |l| l.name == name)
    }

    /// The layer that the outermost one calls `name`.
    pub(crate) fn reference(&self, name: &str) -> Result<&Layer, LoadError> {
        let index = self.layers.first().and_then(|l| l.refs.get(name));
        index
            .and_then(|&i| self.layers.get(i))
            .ok_or_else(|| LoadError::damaged(&self.file, 0, format!("no layer is named {name}")))
    }

    /// The parameter of a layer, with as many dimensions as asked for, none of them zero.
    pub(crate) fn param<'m, const N: usize>(
        &self,
        layer: &'m Layer,
        name: &str,
    ) -> Result<([usize; N], &'m [f32]), LoadError> {
        let wrong = |what: &str| {
            LoadError::damaged(
                &self.file,
                0,
                format!("parameter {name} of {}: {what}", layer.name),
            )
        };
        let tensor = layer.params.get(name).ok_or_else(|| wrong("is missing"))?;
        let shape: [usize; N] = tensor
            .shape
            .as_slice()
            .try_into()
            .map_err(|_| wrong("has another shape"))?;
        if shape.contains(&0) {
            return Err(wrong("is empty"));
        }
        Ok((shape, &tensor.data))
    }
}

fn read_node(r: &mut Reader<'_>, layer: &mut Layer) -> Result<(), LoadError> {
    for _ in 0..r.map_len()? {
        match r.text()? {
            "name" => layer.name = r.text()?.to_owned(),
            "refs" => {
                for _ in 0..r.map_len()? {
                    let name = r.text()?;
                    if let Item::UInt(index) = r.item()? {
                        layer.refs.insert(name.to_owned(), index as usize);
                    }
                }
            }
            _ => r.skip()?,
        }
    }
    Ok(())
}

/// Attributes are MessagePack inside binary values.
fn read_attributes(r: &mut Reader<'_>, layer: &mut Layer, file: &str) -> Result<(), LoadError> {
    for _ in 0..r.map_len()? {
        let name = r.text()?;
        let Item::Bin(bytes) = r.item()? else {
            return Err(r.error("an attribute that is not packed"));
        };
        let mut inner = Reader::new(bytes, file);
        match inner.item()? {
            Item::UInt(n) => drop(layer.numbers.insert(name.to_owned(), n as i64)),
            Item::Int(n) => drop(layer.numbers.insert(name.to_owned(), n)),
            Item::Array(n) if name == "columns" => {
                for _ in 0..n {
                    layer.columns.push(inner.text()?.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn read_params(r: &mut Reader<'_>, layer: &mut Layer) -> Result<(), LoadError> {
    for _ in 0..r.map_len()? {
        let name = r.text()?.to_owned();
        match r.item()? {
            Item::Nil => {}
            Item::Map(n) => drop(layer.params.insert(name, read_tensor(r, n)?)),
            _ => return Err(r.error("a parameter that is no array")),
        }
    }
    Ok(())
}

/// `{nd: true, type: "<f4", kind, shape, data}`, as `msgpack_numpy` writes it.
fn read_tensor(r: &mut Reader<'_>, pairs: usize) -> Result<Tensor, LoadError> {
    let mut tensor = Tensor::default();
    let mut data: &[u8] = &[];
    for _ in 0..pairs {
        match r.text()? {
            "type" => {
                if r.text()? != "<f4" {
                    return Err(r.error("numbers that are not 32-bit little-endian"));
                }
            }
            "shape" => {
                for _ in 0..r.array_len()? {
                    tensor.shape.push(r.number()? as usize);
                }
            }
            "data" => {
                let Item::Bin(bytes) = r.item()? else {
                    return Err(r.error("numbers that are not binary"));
                };
                data = bytes;
            }
            _ => r.skip()?,
        }
    }
    let n = tensor
        .shape
        .iter()
        .try_fold(1usize, |n, &d| n.checked_mul(d))
        .filter(|&n| n <= MAX_NUMBERS);
    if n.is_none_or(|n| n * 4 != data.len()) {
        return Err(r.error(format!(
            "{} bytes of numbers for the shape {:?}",
            data.len(),
            tensor.shape
        )));
    }
    tensor.data = data
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    if tensor.data.iter().any(|v| !v.is_finite()) {
        return Err(r.error("a number that is not finite"));
    }
    Ok(tensor)
}
