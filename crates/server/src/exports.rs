//! What pages save as a file: one list. What is protected is in none of them.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use onrecord_workbench::{GRAPH_FORMATS, GraphFormat, GraphOptions, Workbench};

use crate::asked::Asked;
use crate::fault::Fault;
use crate::pages::network::NetworkQuery;
use crate::picture::{Picture, of_network};

/// Something that can be saved.
pub(crate) struct Export {
    /// Its path, with names in braces.
    pub(crate) path: &'static str,
    /// Reads the case and writes the file.
    pub(crate) write: fn(&Workbench, &Asked) -> Result<Saved, Fault>,
}

/// All of them.
pub(crate) const EXPORTS: &[Export] = &[
    Export {
        path: "/network/{entity}/picture.svg",
        write: picture,
    },
    Export {
        path: "/network/{entity}/graph.gexf",
        write: |bench, asked| graph(bench, asked, "gexf"),
    },
    Export {
        path: "/network/{entity}/graph.graphml",
        write: |bench, asked| graph(bench, asked, "graphml"),
    },
];

/// A file on its way to the disk.
pub(crate) struct Saved {
    media_type: &'static str,
    name: String,
    body: Vec<u8>,
}

impl IntoResponse for Saved {
    fn into_response(self) -> Response {
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        let headers = [
            (header::CONTENT_TYPE, self.media_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ];
        (StatusCode::OK, headers, self.body).into_response()
    }
}

fn picture(bench: &Workbench, asked: &Asked) -> Result<Saved, Fault> {
    let query: NetworkQuery = asked.parse()?;
    let view = bench.network_around(&query.question()?)?;
    let svg = SvgFile {
        picture: of_network(&view),
        withheld: view.withheld,
        with_open: query.shows_open(),
    };
    Ok(Saved {
        media_type: "image/svg+xml",
        name: "network.svg".to_owned(),
        body: svg.render()?.into_bytes(),
    })
}

fn graph(bench: &Workbench, asked: &Asked, format: &str) -> Result<Saved, Fault> {
    let query: NetworkQuery = asked.parse()?;
    let format: Option<&GraphFormat> = GRAPH_FORMATS.iter().find(|known| known.name == format);
    let format = format.ok_or_else(Fault::no_page)?;
    let view = bench.graph(&query.question()?, true)?;
    let options = GraphOptions {
        not_established: query.shows_open(),
        quotes: true,
    };
    let mut body = Vec::new();
    let written = format.write(&view.graph, options, &mut body);
    written.map_err(|error| Fault::broken(format!("the file could not be written ({error})")))?;
    Ok(Saved {
        media_type: format.media_type,
        name: format!("network.{}", format.extension),
        body,
    })
}

#[derive(Template)]
#[template(path = "network.svg", escape = "html")]
struct SvgFile {
    picture: Picture,
    withheld: bool,
    with_open: bool,
}
