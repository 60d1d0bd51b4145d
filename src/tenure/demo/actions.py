"""Write a simulated company to a folder, as the exports of its systems and a source map."""

import shutil
from importlib import resources
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet

from tenure.demo.company import simulate
from tenure.demo.contracts import Scenario, Written


def write_files(scenario: Scenario, folder: Path) -> Written:
    """Simulate `scenario` into `folder`, which is emptied first: CSV files, usage as Parquet, `map.yaml` beside them.

    The data lies in `folder/exports`, so that the map is not taken for data.
    """
    exports = folder / "exports"
    shutil.rmtree(exports, ignore_errors=True)
    exports.mkdir(parents=True)
    company = simulate(scenario)
    for name, table in company.tables.items():
        if name.startswith("usage_"):
            pyarrow.parquet.write_table(table, exports / f"{name}.parquet", compression="zstd")
        else:
            pyarrow.csv.write_csv(table, exports / f"{name}.csv")
    source_map = folder / "map.yaml"
    source_map.write_text(resources.files("tenure.demo").joinpath("map.yaml").read_text())
    return Written(exports, source_map, sum(table.num_rows for table in company.tables.values()))
