"""The peers' side of `cargo xtask bench network`: the same graph, the same pairs.

bench_network.py EDGES PAIRS N_NODES N_TEN prints one JSON object: milliseconds a pair, costs of the ten
best ways by igraph of the first N_TEN pairs. EDGES holds `from to cost` a line, PAIRS `from to`.
"""

import json
import sys
import time

import igraph
import networkx


def timed(function):
    start = time.perf_counter()
    result = function()
    return (time.perf_counter() - start) * 1e3, result


def main():
    edges_path, pairs_path, n_nodes, n_ten = sys.argv[1:5]
    edges = [tuple(map(int, line.split())) for line in open(edges_path)]
    pairs = [tuple(map(int, line.split())) for line in open(pairs_path)]
    ends = [edge[:2] for edge in edges]
    costs = [edge[2] for edge in edges]
    load, graph = timed(lambda: igraph.Graph(int(n_nodes), ends, edge_attrs={"cost": costs}))
    report = {"igraph": igraph.__version__, "networkx": networkx.__version__, "igraph_load": load,
              "igraph_one": [], "igraph_ten": [], "networkx_one": [], "costs": [], "one_cost": []}
    for from_, to in pairs:
        ms, way = timed(lambda: graph.get_shortest_path(from_, to, weights="cost", output="epath"))
        report["igraph_one"].append(ms)
        report["one_cost"].append(sum(costs[edge] for edge in way))
    for from_, to in pairs[: int(n_ten)]:
        ms, ways = timed(lambda: graph.get_k_shortest_paths(
            from_, to, k=10, mode="all", weights="cost", output="epath"))
        report["igraph_ten"].append(ms)
        report["costs"].append([sum(costs[edge] for edge in way) for way in ways])
    del graph
    peer = networkx.Graph()
    peer.add_weighted_edges_from(edges)
    for from_, to in pairs:
        ms, _ = timed(lambda: networkx.bidirectional_dijkstra(peer, from_, to))
        report["networkx_one"].append(ms)
    print(json.dumps(report))


main()
