"""Reads the golden exports with igraph and networkx, and fails where they lose something.

read_graphs.py FOLDER, the folder that holds case.gexf and case.graphml.
"""

import sys

import igraph
import networkx


def check(reader, nodes, edges, stances, established):
    assert (nodes, edges) == (3, 2), (reader, nodes, edges)
    assert sorted(stances) == ["asserted by 1", "denied by 1"], (reader, stances)
    assert sorted(map(bool, established)) == [False, True], (reader, established)


def main():
    folder = sys.argv[1]
    for name, read in (("case.gexf", networkx.read_gexf), ("case.graphml", networkx.read_graphml)):
        graph = read(f"{folder}/{name}")
        values = [data for _, _, data in graph.edges(data=True)]
        check(f"networkx, {name}", len(graph), len(values), [v["stance"] for v in values],
              [v["established"] for v in values])
        labels = {data["label"] for _, data in graph.nodes(data=True)}
        assert "A & B" in labels, labels
    dated = networkx.read_gexf(f"{folder}/case.gexf")["n1"]["n2"]
    dated = dated.get("e1", dated)
    assert (dated["start"], dated["end"]) == ("2023-01-01", "2024-02-29"), dated
    graph = igraph.Graph.Read_GraphML(f"{folder}/case.graphml")
    check("igraph, case.graphml", graph.vcount(), graph.ecount(), graph.es["stance"], graph.es["established"])
    print("exports: networkx reads GEXF and GraphML, igraph reads GraphML; nothing lost")


main()
