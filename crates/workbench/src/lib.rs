//! What the command line and the pages stand on: a case opened, and its views in the reporter's words.
//!
//! *API boundary:* every view is a plain struct that serializes to the JSON of the promise
//! (`docs/json.md`); no type of the store, the index or the readers shows through.
//!
//! *Useful for:* importing, searching, showing, deciding. *Not useful for:* HTTP, terminals, colors.
#![allow(clippy::disallowed_methods)] // opens originals, spools and clocks on behalf of the pure crates

mod annotate;
mod annotating;
mod checking;
mod claiming;
mod claims;
mod compare;
mod connections;
mod conversation;
mod correspondence;
mod cross_reference;
mod decide;
mod document;
mod document_reading;
mod entities;
mod error;
mod files;
mod import;
mod import_board;
mod indexing;
mod judged;
mod letters;
mod links;
mod lists;
mod maintain;
mod match_names;
mod moments;
mod money;
mod near_copies;
mod network;
mod open;
mod originals;
mod path;
mod people;
mod progress;
mod protection;
mod quoting;
mod reading;
mod resolve;
mod resolving;
mod sandbox;
mod saying;
mod search;
mod shelf;
mod spool;
mod statements;
mod status;
mod telling;
mod threads;
mod ties;
mod timeline;
mod web;
mod xref;

pub use annotate::{
    AnnotateOptions, AnnotationView, EntityView, InputDocument, LinkView, MentionView, RoleView,
    StatementView, TokenView, annotate_document,
};
pub use checking::{CheckSheet, SheetLine};
pub use claiming::ClaimGroup;
pub use claims::{ClaimFilter, ClaimLine, RetractedView};
pub use compare::{ComparePage, FieldView, PairPage, PossiblySame};
pub use connections::{BetweenPage, ConnectionsPage, EndView, NamesPage, TieView, tie_kinds};
pub use conversation::{
    BodyPart, ConversationFilter, ConversationLine, ConversationList, ConversationPage,
    ConversationPlace, PartKind, Reference,
};
pub use correspondence::{CorrespondenceLine, IntroductionLine, ParticipantLine};
pub use cross_reference::{CandidateView, ListFormat, cross_reference, read_list};
pub use decide::{Decision, DecisionView, apply_judgements};
pub use document::{AttachmentView, CopyView, DocumentPage, HeaderView, OriginView, TextView};
pub use document_reading::{
    HitsView, NameMark, PlaceMark, ReadingPage, ReadingQuestion, Stretch, TextRole,
};
pub use entities::{EntityFilter, EntityLine, EntityPage, JoinView, MentionLine, TogetherView};
pub use error::{Error, ErrorKind};
pub use files::{FilePage, FileView, ProblemPage, ProblemView};
pub use import::{ImportOptions, ImportReport, import, unlock};
pub use import_board::{ImportBoard, ImportPhase, ImportView};
pub use judged::{JudgementFilter, JudgementLine, JudgementPage, SubjectView};
pub use letters::{LetterFilter, LetterPage, PairLine};
pub use links::{LinkFilter, LinkLine};
pub use lists::{KeptList, XrefPage, keep_list};
pub use maintain::{BackupView, CheckReport, DeletedView, backup, check_originals, delete};
pub use match_names::{BearerKind, MatchView, NamePair, match_names};
pub use moments::{Moment, SentView, TimelinePage};
pub use money::{
    ChainView, CircleLine, HoldingLine, NeighborLine, OwnershipPage, PaymentLine, PaymentPeriod,
    share_in_words,
};
pub use near_copies::{NearCopyLine, NearCopyPage, NearCopyView};
pub use network::{GraphView, NetworkEdge, NetworkNode, NetworkQuestion, NetworkView};
pub use onrecord_case::{
    CaseFolder, FileFilter, FileLine, Judgement, PlacedProblem, ProblemCount, ProblemLine,
    Standing, ThreadOrder, Verb, exposure,
};
pub use onrecord_export::{
    FORMATS as GRAPH_FORMATS, Format as GraphFormat, Options as GraphOptions,
};
pub use onrecord_pipeline::entities::EntityKind;
pub use onrecord_pipeline::entities::records::{
    Column as ListColumn, Holds, List, Record as ListRecord,
};
pub use onrecord_pipeline::extract::process::{Sandbox, WorkerProgram};
pub use onrecord_pipeline::extract::{InertLink, InertPage, RemoteLoad};
pub use onrecord_pipeline::network::LinkStance;
pub use onrecord_pipeline::statements::{SourceKind, Stance};
pub use onrecord_pipeline::{Annotate, TextShape, detect_language};
pub use onrecord_search::Sort;
pub use open::Workbench;
pub use originals::{LayoutView, OriginalFile};
pub use path::{DocumentView, EvidenceView, HopView, NearView, PathPage, PathQuestion, PathView};
pub use people::{
    EntityAsk, EntityListPage, EntityProfile, EntityTie, JoinCount, JoinedPart, KindCount,
    NameCount, RolePlace, RoleSaid, SomeStatements, StanceCount, TopDocument,
};
pub use progress::{Progress, StageProgress, Watch};
pub use quoting::{Named, Quote};
pub use resolve::{
    ListedEntity, ListedMention, ListedRole, MentionList, ResolvedList, ResolvedMention,
    resolve_mentions,
};
pub use saying::{
    ClaimAsk, ClaimDossier, ClaimPage, ClaimView, NearCopyList, StatementDossier, StatementPage,
};
pub use search::{
    ListHit, QueryHelp, ResultPlace, SearchHit, SearchOptions, SearchPage, SearchWarning,
    Suggestion, query_help,
};
pub use shelf::Shelf;
pub use statements::{StatementFilter, StatementLine};
pub use status::{LanguageView, StagePage, StatusPage, UnreadView};
pub use threads::{ThreadFilter, ThreadMessage, ThreadPage};
pub use timeline::{EventKind, TimelineEvent, TimelineFilter};
pub use xref::{Verdict, XrefLine};
