// The main pages, for checks and pictures of all of them. `path` may look something up on the way.

/** The address of the first hit. */
async function firstHit(page) {
  const answer = await page.request.get(new URL("/search.json?q=meeting&limit=1", page.url()).href);
  const { hits } = await answer.json();
  return `/documents/${hits[0].document}?q=meeting`;
}

/** The address of the first thing in a list: `list` of the twin, under `path`. */
function first(twin, list, path) {
  return async (page) => {
    const answer = await page.request.get(new URL(twin, page.url()).href);
    const found = (await answer.json())[list];
    return `${path}/${found[0].id}`;
  };
}

/** The address of two of a kind side by side. */
async function twoPeople(page) {
  const answer = await page.request.get(new URL("/entities.json?kind=person&limit=2", page.url()).href);
  const [a, b] = (await answer.json()).entities;
  return `/compare?a=${a.id}&b=${b.id}`;
}
/** The address of a page of whoever a name of the demo means. */
function of(name, path) {
  return async (page) => {
    const twin = `/names.json?q=${encodeURIComponent(name)}`;
    const answer = await page.request.get(new URL(twin, page.url()).href);
    return path.replace("ID", (await answer.json()).entities[0].id);
  };
}

const TWO = "from=Kestrin+Partners+LP&to=Corvick+for+Lethmark";

export const PAGES = [
  { name: "home", path: async () => "/" },
  { name: "search", path: async () => "/search?q=meeting" },
  { name: "search-empty", path: async () => "/search?q=zzzz+domain%3Ax&without=year%3A2024" },
  { name: "document", path: firstHit },
  { name: "entities", path: async () => "/entities" },
  { name: "entity", path: first("/entities.json?kind=person&limit=1", "entities", "/entities") },
  { name: "compare", path: twoPeople },
  { name: "same", path: async () => "/same" },
  { name: "statements", path: async () => "/statements" },
  { name: "statement", path: first("/statements.json?limit=1", "statements", "/statements") },
  { name: "claims", path: async () => "/claims?contested=true" },
  { name: "claim", path: first("/claims.json?contested=true&limit=1", "claims", "/claims") },
  { name: "near-copies", path: async () => "/near-copies" },
  { name: "timeline", path: async () => "/timeline?since=2024" },
  { name: "judgements", path: async () => "/judgements" },
  { name: "xref", path: async () => "/xref" },
  { name: "checked", path: async () => "/checked" },
  { name: "sheet", path: async () => "/checked/sheet" },
  { name: "connections", path: async () => `/connections?${TWO}` },
  { name: "connections-to-choose", path: async () => "/connections?from=Oldershaw&to=nobody" },
  { name: "between", path: async () => "/between?from=Kestrin+Partners+LP&to=Tidewater+Lane+Holdings+Limited" },
  { name: "network", path: of("Tidewater Lane Holdings", "/network/ID?depth=2&all=true") },
  { name: "money", path: of("Tidewater Lane Holdings", "/money/ID") },
  { name: "correspondence", path: async () => "/correspondence" },
  { name: "names", path: async () => "/names?q=ma" },
  { name: "threads", path: async () => "/threads?at_least=1" },
  { name: "files", path: async () => "/files" },
  { name: "imports", path: async () => "/imports" },
  { name: "complete", path: async () => "/complete?field=entity&begins=ma" },
  { name: "leaving", path: async () => "/leaving?to=https%3A%2F%2Fa.example%40b.example%2F" },
  { name: "help", path: async () => "/help" },
  { name: "problems", path: async () => "/problems" },
  { name: "not-found", path: async () => "/nowhere" },
];
