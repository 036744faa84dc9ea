//! A small case, served without a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use onrecord_server::{App, Options, router};
use onrecord_workbench::{CaseFolder, ImportOptions, Progress, import};
use serde_json::Value;
use tower::ServiceExt;

pub const LISTEN: &str = "127.0.0.1:7470";

/// A case with two documents.
pub struct Served {
    pub app: Arc<App>,
    /// The folder of the case.
    pub case: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
pub struct Answer {
    pub response: Response<()>,
    pub body: String,
}

/// The material of most tests.
const MATERIAL: &[(&str, &str)] = &[
    (
        "a.eml",
        "From: Ada <ada@a.example>\nTo: b@b.example\nSubject: The <b>meeting</b>\n\
         Date: Tue, 3 Mar 2020 10:00:00 +0000\nMessage-ID: <1@a.example>\n\nWe meet on Monday.\n",
    ),
    ("note.txt", "Nothing about it.\n\nSecond paragraph.\n"),
];

impl Served {
    pub fn new() -> Self {
        Self::with(MATERIAL)
    }

    /// A case of these files, by their names.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let material = folder.path().join("material");
        std::fs::create_dir(&material).expect("a folder");
        for (name, content) in files {
            std::fs::write(material.join(name), content).expect("a file");
        }
        let case = CaseFolder::new(folder.path().join("test.case"));
        let options = ImportOptions {
            paths: vec![material],
            ..ImportOptions::default()
        };
        let mut unheard = |_: &Progress| {};
        import(&case, &options, &AtomicBool::new(false), &mut unheard).expect("the import");
        let listen: SocketAddr = LISTEN.parse().expect("an address");
        let options = Options {
            case,
            listen,
            who: "tester".to_owned(),
            worker: None,
            pipeline: || None,
        };
        let app = Arc::new(App::open(&options, listen).expect("the case opens"));
        Self {
            app,
            case: folder.path().join("test.case"),
            _folder: folder,
        }
    }

    /// Sends a request as it is.
    pub fn send(&self, request: Request<Body>) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let response = router(self.app.clone()).oneshot(request).await;
            let (parts, body) = response.expect("an answer").into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body");
            Answer {
                response: Response::from_parts(parts, ()),
                body: String::from_utf8(body.to_vec()).expect("UTF-8"),
            }
        })
    }

    /// The cookie that a browser gets for the token.
    pub fn cookie(&self) -> String {
        let address = self.app.address();
        let path = address.split_once(LISTEN).expect("the address").1;
        let answer = self.send(request("GET", path).body(Body::empty()).expect("a request"));
        let cookie = answer.header(header::SET_COOKIE);
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// Asks for a page with the cookie.
    pub fn get(&self, path: &str) -> Answer {
        let request = request("GET", path).header(header::COOKIE, self.cookie());
        self.send(request.body(Body::empty()).expect("a request"))
    }

    /// A twin.
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).body).expect("JSON")
    }

    /// Sends a form as a page of ours would, save for the headers given.
    pub fn post(&self, path: &str, form: &str, origin: Option<&str>) -> Answer {
        let mut request = request("POST", path)
            .header(header::COOKIE, self.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        self.send(
            request
                .body(Body::from(form.to_owned()))
                .expect("a request"),
        )
    }

    /// The proof that forms hold.
    pub fn proof(&self) -> String {
        let page = self.get("/").body;
        let after = page.split_once("name=\"csrf\" value=\"").expect("a form").1;
        after.split('"').next().expect("a value").to_owned()
    }
}

impl Answer {
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        let value = self.response.headers().get(name);
        value.map_or("", |value| value.to_str().expect("ASCII"))
    }
}

/// A request to the address that is listened on.
pub fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, LISTEN)
}
