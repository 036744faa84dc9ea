//! Routes, from the lists of pages and acts, behind the guard.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawForm, RawPathParams, Request, State};
use axum::http::{HeaderMap, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use onrecord_workbench::{Annotate, CaseFolder, ImportBoard, Workbench, WorkerProgram};
use tokio::sync::Semaphore;

use crate::acts::{ACTS, Act, Deed, Done};
use crate::applying::Applier;
use crate::asked::{Asked, TWIN, here, wants_json};
use crate::error::Error;
use crate::exports::{EXPORTS, Export};
use crate::fault::{Fault, html_type, json_type};
use crate::frame::Frame;
use crate::pages::{PAGES, Page};
use crate::readers::Readers;
use crate::safety::{self, Secrets};
use crate::{assets, openapi, originals};

/// What is served, where, and who decides.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the case.
    pub case: CaseFolder,
    /// Address and port of this machine; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// In whose name judgements are recorded.
    pub who: String,
    /// How to start a process that looks into files; without one this process does so itself.
    pub worker: Option<WorkerProgram>,
    /// Opens the language pipeline for imports; `None` from it where none is installed.
    pub pipeline: fn() -> Option<Arc<Annotate>>,
}

/// A case that is served.
pub struct App {
    pub(crate) case: CaseFolder,
    pub(crate) case_name: String,
    pub(crate) who: String,
    pub(crate) listen: SocketAddr,
    pub(crate) secrets: Secrets,
    pub(crate) applier: Applier,
    pub(crate) worker: Option<WorkerProgram>,
    pub(crate) pipeline: fn() -> Option<Arc<Annotate>>,
    pub(crate) imports: Arc<ImportBoard>,
    pub(crate) readers: Readers,
    writing: Arc<Semaphore>,
}

impl App {
    /// Opens the case for the address that is listened on.
    ///
    /// # Errors
    /// When the case cannot be opened, or the system gives no random numbers.
    pub fn open(options: &Options, listen: SocketAddr) -> Result<Self, Error> {
        // Whatever is wrong with the case is said in the terminal, not on the first page.
        let bench = Workbench::open(&options.case)?;
        let applier = Applier::start(&options.case)?;
        if bench.judgements_wait()? {
            applier.wake();
        }
        let imports = Arc::new(ImportBoard::default());
        let name = options.case.path().file_stem();
        Ok(Self {
            case: options.case.clone(),
            case_name: name.map_or_else(
                || "case".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            ),
            who: options.who.clone(),
            listen,
            secrets: Secrets::new(listen.port())?,
            applier,
            readers: Readers::start(&options.case, options.worker.as_ref(), &imports)?,
            worker: options.worker.clone(),
            pipeline: options.pipeline,
            imports,
            writing: Arc::new(Semaphore::new(1)),
        })
    }

    /// The address that opens the case.
    #[must_use]
    pub fn address(&self) -> String {
        self.secrets.address(self.listen)
    }

    /// One act at a time writes to the case; an import in another process is answered by who holds it.
    async fn write(&self, act: &'static Act, deed: Deed) -> Result<Done, Fault> {
        let permit = self.writing.clone().acquire_owned().await;
        let permit = permit.map_err(|_| Fault::broken("the server is stopping"))?;
        let writing = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            (act.run)(&deed)
        });
        writing
            .await
            .map_err(|_| Fault::broken("the program failed while it wrote this"))?
    }
}

/// All routes of a case.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/assets/{name}", get(assets::serve))
        .route("/openapi.json", get(describe))
        .route("/documents/{id}/frame", get(originals::frame))
        .route("/documents/{id}/original", get(originals::save));
    for page in PAGES {
        let answer = move |State(app): State<Arc<App>>,
                           names: RawPathParams,
                           uri: Uri,
                           headers: HeaderMap| async move {
            show(page, app, names, uri, headers).await
        };
        router = router.route(page.path, get(answer));
        // A name at the end of a path takes the twin's ending along.
        if !page.path.ends_with('}') {
            router = router.route(&format!("{}{TWIN}", page.path), get(answer));
        }
    }
    for export in EXPORTS {
        let answer = move |State(app): State<Arc<App>>,
                           names: RawPathParams,
                           uri: Uri,
                           headers: HeaderMap| async move {
            save(export, app, names, uri, headers).await
        };
        router = router.route(export.path, get(answer));
    }
    for act in ACTS {
        let answer = move |State(app): State<Arc<App>>,
                           names: RawPathParams,
                           uri: Uri,
                           headers: HeaderMap,
                           form: RawForm| async move {
            perform(act, app, names, uri, headers, form).await
        };
        router = router.route(act.path, post(answer));
    }
    router
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn_with_state(app.clone(), safety::guard))
        .with_state(app)
}

async fn describe() -> Response {
    (json_type(), openapi::description().to_string()).into_response()
}

async fn nothing(State(app): State<Arc<App>>, request: Request) -> Response {
    let (uri, headers) = (request.uri(), request.headers());
    let frame = Frame::new(&app, headers, here(uri));
    Fault::no_page().respond(frame, wants_json(uri, headers))
}

async fn show(
    page: &'static Page,
    app: Arc<App>,
    names: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let asked = Asked::new(&uri, &names);
    let as_json = asked.as_json;
    let mut frame = Frame::new(&app, &headers, asked.here.clone());
    frame.current = page.path;
    let mut given = frame.clone();
    given.failed = app.applier.failed();
    let body = app
        .readers
        .read(move |bench| {
            if !asked.as_json {
                given.see(bench)?;
            }
            (page.answer)(bench, &asked, given)
        })
        .await;
    match body {
        Ok(body) if as_json => (json_type(), body).into_response(),
        Ok(body) => (html_type(), body).into_response(),
        Err(fault) => fault.respond(frame, as_json),
    }
}

async fn save(
    export: &'static Export,
    app: Arc<App>,
    names: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let asked = Asked::new(&uri, &names);
    let frame = Frame::new(&app, &headers, asked.here.clone());
    let saved = app
        .readers
        .read(move |bench| (export.write)(bench, &asked))
        .await;
    match saved {
        Ok(saved) => saved.into_response(),
        Err(fault) => fault.respond(frame, wants_json(&uri, &headers)),
    }
}

async fn perform(
    act: &'static Act,
    app: Arc<App>,
    names: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Response {
    let frame = Frame::new(&app, &headers, here(&uri));
    let done = async {
        let deed = Deed::new(&app, &names, &headers, &form)?;
        app.write(act, deed).await
    };
    match done.await {
        Ok(done) => done.into_response(),
        Err(fault) => fault.respond(frame, wants_json(&uri, &headers)),
    }
}
