"""Splink on one data set of `cargo xtask eval records`: reads the files that our program reads, prints pairs.

Settings follow Splink's own tutorials for these tables: its ready comparisons for names, dates and
addresses, several blocking rules, chance estimated by sampling, the rest by expectation maximisation.
"""
import json
import sys
import time

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def febrl():
    comparisons = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
    ]
    blocks = [
        ["soc_sec_id"], ["date_of_birth"], ["given_name", "surname"], ["given_name", "postcode"],
        ["surname", "postcode"], ["address_1", "street_number"],
    ]
    return comparisons, blocks, [["soc_sec_id"], ["date_of_birth"]]


def fake():
    comparisons = [
        cl.NameComparison("first_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
    ]
    blocks = [["first_name", "city"], ["surname"], ["first_name"], ["dob"], ["email"]]
    return comparisons, blocks, [["first_name", "surname"], ["dob"]]


def cora():
    comparisons = [
        cl.JaroWinklerAtThresholds("title", [0.95, 0.88, 0.75]),
        cl.JaroWinklerAtThresholds("author", [0.95, 0.88, 0.75]),
        cl.JaroWinklerAtThresholds("venue", [0.9, 0.7]),
        cl.LevenshteinAtThresholds("year", [1]),
        cl.LevenshteinAtThresholds("pages", [2, 5]),
    ]
    blocks = [["title"], ["author"], ["pages"], ["substr(title,1,12)"], ["substr(author,1,12)"]]
    return comparisons, blocks, [["title"], ["author"]]


def abt_buy():
    comparisons = [
        cl.JaccardAtThresholds("name", [0.9, 0.8, 0.7]),
        cl.JaroWinklerAtThresholds("name_words", [0.9, 0.8, 0.7]),
        cl.JaccardAtThresholds("description", [0.9, 0.7]),
    ]
    blocks = [["substr(name,1,5)"], ["substr(description,1,12)"], ["model"]]
    return comparisons, blocks, [["substr(name,1,5)"], ["model"]]


SETS = {"febrl": febrl, "fake": fake, "cora": cora, "abt-buy": abt_buy}


def read(path):
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    frame.columns = [column.strip().replace(" ", "_") for column in frame.columns]
    frame = frame.rename(columns={frame.columns[0]: "unique_id"})
    frame = frame.apply(lambda column: column.str.strip().str.lower() if column.name != "unique_id" else column)
    if "price" in frame:
        frame["name_words"] = frame["name"].map(lambda name: " ".join(sorted(name.split())))
        frame["model"] = frame["name"].map(lambda name: max(name.split(), key=lambda word: (any(c.isdigit() for c in word), len(word))))
    return frame.replace("", None)


def main():
    name, files = sys.argv[1], sys.argv[2:]
    comparisons, blocks, training = SETS[name]()
    frames = [read(file) for file in files]
    start = time.process_time()
    database = DuckDBAPI()
    sources = [database.register(frame, dataset_display_name=f"s{at}") for at, frame in enumerate(frames)]
    settings = SettingsCreator(
        link_type="dedupe_only" if len(files) == 1 else "link_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in blocks],
        comparisons=comparisons,
    )
    linker = Linker(sources if len(sources) > 1 else sources[0], settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match([block_on(*training[0])], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    found = linker.inference.predict(threshold_match_probability=0.5)
    if len(files) == 1:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=0.5)
        rows = clusters.as_pandas_dataframe()
        groups = rows.groupby("cluster_id")["unique_id"].apply(list)
        pairs = [(a, b) for group in groups for at, a in enumerate(group) for b in group[at + 1:]]
    else:
        best = found.as_pandas_dataframe().sort_values("match_probability", ascending=False)
        pairs, left, right = [], set(), set()
        for one, other in zip(best["unique_id_l"], best["unique_id_r"]):
            if one not in left and other not in right:
                left.add(one)
                right.add(other)
                pairs.append((one, other))
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "pairs": [[str(a), str(b)] for a, b in pairs]}))


if __name__ == "__main__":
    main()
