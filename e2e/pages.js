// The main pages, for checks and pictures of all of them. `path` may look something up on the way.

/** The address of the first hit. */
async function firstHit(page) {
  const answer = await page.request.get(new URL("/search.json?q=meeting&limit=1", page.url()).href);
  const { hits } = await answer.json();
  return `/documents/${hits[0].document}?q=meeting`;
}

export const PAGES = [
  { name: "home", path: async () => "/" },
  { name: "search", path: async () => "/search?q=meeting" },
  { name: "search-empty", path: async () => "/search?q=zzzz+domain%3Ax&without=year%3A2024" },
  { name: "document", path: firstHit },
  { name: "threads", path: async () => "/threads?at_least=1" },
  { name: "files", path: async () => "/files" },
  { name: "imports", path: async () => "/imports" },
  { name: "complete", path: async () => "/complete?field=entity&begins=ma" },
  { name: "leaving", path: async () => "/leaving?to=https%3A%2F%2Fa.example%40b.example%2F" },
  { name: "help", path: async () => "/help" },
  { name: "problems", path: async () => "/problems" },
  { name: "not-found", path: async () => "/nowhere" },
];
