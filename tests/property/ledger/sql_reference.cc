#include "sql_reference.h"

#include "sql_database.h"

namespace converge::test {
namespace {

__extension__ typedef __int128 Wide;

std::string text_of(Wide value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  std::string digits;
  for (; value != 0; value /= 10) {
    const int digit = static_cast<int>(value % 10);
    digits.insert(digits.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  return negative ? "-" + digits : digits;
}

std::string us(Time time) {
  return std::to_string(time.time_since_epoch().count());
}

void load(const DataSet& data, Database& db) {
  const ExperimentEntry& entry = data.entry;
  db.run(R"(CREATE TABLE raw(body TEXT);
    CREATE TABLE variants(idx INTEGER, key TEXT);
    CREATE TABLE all_phases(idx INTEGER, number INTEGER, rand INTEGER, start INTEGER, stop INTEGER,
                            moved INTEGER);
    CREATE TABLE alloc(phase INTEGER, block INTEGER, variant INTEGER);
    CREATE TABLE blocks(unit TEXT, rand INTEGER, block INTEGER); BEGIN)");
  for (const std::string& body : data.bodies) db.insert("raw", {quoted(body)});
  for (std::size_t i = 0; i < entry.definition.variants.size(); ++i) {
    db.insert("variants", {std::to_string(i), quoted(entry.definition.variants[i].key.str())});
  }
  const bool external = entry.definition.assignment == AssignmentSource::kExternal;
  for (std::size_t i = 0; i < entry.phases.size(); ++i) {
    const Phase& phase = entry.phases[i];
    const std::string idx = std::to_string(i);
    db.insert("all_phases", {idx, std::to_string(phase.number), std::to_string(phase.randomisation),
                             us(phase.start), phase.end ? us(*phase.end) : "NULL",
                             phase.ended_by_move && !external ? "1" : "0"});
    for (int block = 0; block < kBlocks; ++block) {
      const int variant = external ? -1 : phase.allocation.variant_of(block * kBuckets / kBlocks);
      db.insert("alloc",
                {idx, std::to_string(block), variant < 0 ? "NULL" : std::to_string(variant)});
    }
    for (const std::string& unit : data.units) {
      const int block = block_of(phase.effective_seed, unit);
      db.insert("blocks",
                {quoted(unit), std::to_string(phase.randomisation), std::to_string(block)});
    }
  }
  db.run("COMMIT");
}

/// Which ids links join, and what was taken back: by statements with ts < T.
void define_identity(const std::string& until, Database& db) {
  db.run(R"(
    CREATE TABLE said AS SELECT * FROM parsed WHERE ts < )" +
         until + R"(;
    CREATE TABLE named AS
      SELECT said.body, said.type, e.key AS kind, e.key || ':' || e.value AS node
      FROM said, json_each(said.units) e;
    CREATE TABLE erased AS SELECT DISTINCT node FROM named WHERE type = 'erase';
    CREATE TABLE gone AS
      SELECT DISTINCT body FROM named WHERE node IN (SELECT node FROM erased) AND type <> 'erase';
    CREATE TABLE edges AS
      SELECT DISTINCT a.node AS a, b.node AS b FROM named a JOIN named b ON a.body = b.body
      WHERE a.type = 'link' AND a.body NOT IN (SELECT body FROM gone);
    CREATE TABLE comp AS
      WITH RECURSIVE reach(root, node) AS
        (SELECT a, a FROM edges UNION SELECT r.root, e.b FROM reach r JOIN edges e ON e.a = r.node)
      SELECT root AS node, min(node) AS component, count(*) <= )" +
         std::to_string(kComponentIdsMax) + R"( AS joined FROM reach GROUP BY root;
    CREATE TABLE retracted AS
      SELECT DISTINCT coalesce(body->>'$.of', 'outcome') || units || '#' || id AS ident
      FROM said WHERE type = 'retract';
    CREATE TABLE ev AS
      SELECT *, CASE WHEN body IN (SELECT body FROM gone) THEN 'erased'
                     WHEN ident IN (SELECT ident FROM retracted) THEN 'retracted' END AS removal
      FROM (SELECT *, CASE WHEN type = 'exposure' AND id IS NULL THEN body
                           ELSE type || units || '#' || id END AS ident
            FROM said WHERE type IN ('exposure', 'outcome'));
    CREATE TABLE homes AS
      SELECT ident, component, joined FROM
        (SELECT v.ident, c.component, c.joined,
                row_number() OVER (PARTITION BY v.ident ORDER BY n.kind) AS place
         FROM (SELECT ident, min(body) AS body FROM ev WHERE type = 'outcome' GROUP BY ident) v
         JOIN named n ON n.body = v.body JOIN comp c ON c.node = n.node)
      WHERE place = 1 AND joined;
  )");
}

/// Section 8 as views: evidence, winners, exposures, first exposures with their strata.
void define_views(const DataSet& data, Database& db) {
  const std::string until = us(data.look_time);
  const std::string external =
      data.entry.definition.assignment == AssignmentSource::kExternal ? "1" : "0";
  db.run(R"(
    CREATE TABLE phases AS
      SELECT idx, number, rand, start, CASE WHEN stop < )" +
         until + R"( THEN stop END AS stop, moved
      FROM all_phases WHERE start < )" +
         until + R"(;
    CREATE TABLE cur AS SELECT rand FROM phases ORDER BY idx DESC LIMIT 1;
    CREATE TABLE parsed AS
      SELECT body, body->>'$.type' AS type, body->>'$.id' AS id, body->>'$.units.user_id' AS unit,
        body->>'$.experiment' AS experiment, body->'$.units' AS units,
        CAST(strftime('%s', substr(body->>'$.ts', 1, 19)) AS INTEGER) * 1000000
          + CAST(substr(body->>'$.ts', 21, 6) AS INTEGER) AS ts
      FROM (SELECT DISTINCT body FROM raw);
  )");
  define_identity(until, db);
  db.run(R"(
    CREATE TABLE idents AS
      SELECT ident, unit, type, min(body) AS winner, count(*) AS contents,
             max(experiment IS 'exp') AS ours, removal
      FROM ev GROUP BY ident;
    CREATE TABLE tracked AS
      SELECT DISTINCT unit FROM ev
      WHERE type = 'exposure' AND experiment = 'exp' AND removal IS NULL AND unit IS NOT NULL;
    CREATE TABLE met AS
      SELECT DISTINCT unit FROM ev
      WHERE type = 'exposure' AND experiment = 'exp' AND unit IS NOT NULL;
    CREATE TABLE won AS
      SELECT ev.* FROM ev JOIN idents ON idents.winner = ev.body WHERE ev.removal IS NULL;
    CREATE TABLE shown AS
      SELECT w.unit, w.ts, w.body, coalesce(w.body->>'$.source', 'experiment') AS source,
             v.idx AS variant, v.key AS variant_key, p.idx AS phase, p.rand AS rand
      FROM won w LEFT JOIN variants v ON v.key = w.body->>'$.variant'
      LEFT JOIN phases p ON w.ts >= p.start AND (p.stop IS NULL OR w.ts < p.stop)
      WHERE w.type = 'exposure' AND w.experiment = 'exp' AND w.unit IS NOT NULL;
    CREATE TABLE analysed AS
      SELECT s.*, b.block, a.variant AS allocated
      FROM shown s JOIN cur ON cur.rand = s.rand
      JOIN (SELECT DISTINCT * FROM blocks) b ON b.unit = s.unit AND b.rand = s.rand
      JOIN alloc a ON a.phase = s.phase AND a.block = b.block
      WHERE s.source = 'experiment' AND s.variant IS NOT NULL;
    CREATE TABLE before AS
      SELECT unit, variant_key, row_number() OVER
        (PARTITION BY unit ORDER BY rand DESC, ts, body) AS place
      FROM shown WHERE source = 'experiment' AND variant IS NOT NULL AND phase IS NOT NULL
        AND rand <> (SELECT rand FROM cur);
    CREATE TABLE crossed AS
      SELECT DISTINCT a.unit FROM analysed a JOIN analysed b ON a.unit = b.unit
      WHERE a.variant <> b.variant AND a.allocated IS b.allocated;
    CREATE TABLE first AS
      SELECT f.unit, f.ts, f.variant, f.allocated, p.number, f.body,
        (SELECT component FROM comp WHERE node = 'user_id:' || f.unit) AS component,
        (SELECT joined FROM comp WHERE node = 'user_id:' || f.unit) AS joined,
        f.unit IN (SELECT unit FROM crossed) AS crossover,
        CASE WHEN )" +
         external + R"( THEN 'declared' WHEN f.allocated IS NULL THEN 'out' ELSE
          (SELECT group_concat(CASE WHEN variant IS NULL THEN '0' ELSE '1' END, '') FROM
            (SELECT a.variant FROM alloc a JOIN phases q ON q.idx = a.phase
             WHERE q.rand = f.rand AND q.idx <= f.phase AND a.block = f.block ORDER BY q.idx))
        END AS history,
        (SELECT group_concat(number, ' ') FROM (SELECT number FROM phases q
           WHERE q.rand = f.rand AND q.idx <= f.phase ORDER BY q.idx)) AS numbers,
        CASE WHEN EXISTS (SELECT 1 FROM phases q WHERE q.rand <> f.rand) THEN
          coalesce((SELECT variant_key FROM before b WHERE b.unit = f.unit AND place = 1), 'none')
        END AS previous,
        (SELECT min(q.stop) FROM phases q WHERE q.rand = f.rand AND q.idx >= f.phase AND q.moved)
          AS cutoff,
        CASE json_type(f.body, '$.attributes.browser')
          WHEN 'text' THEN f.body->>'$.attributes.browser'
          WHEN 'integer' THEN f.body->'$.attributes.browser'
          WHEN 'true' THEN 'true' ELSE '(missing)' END AS browser
      FROM (SELECT *, row_number() OVER (PARTITION BY unit ORDER BY ts, body) AS place
            FROM analysed) f JOIN phases p ON p.idx = f.phase WHERE f.place = 1;
    CREATE TABLE linked_crossed AS
      SELECT DISTINCT f.unit FROM first f JOIN first g ON f.component = g.component
      WHERE f.joined AND f.variant <> g.variant AND NOT f.crossover;
    CREATE TABLE owners AS
      SELECT component, unit FROM
        (SELECT component, unit, row_number() OVER (PARTITION BY component ORDER BY ts, body)
           AS place FROM first WHERE joined) WHERE place = 1;
    CREATE TABLE through_links AS
      SELECT i.ident, i.removal, i.contents, o.unit FROM idents i
      JOIN homes h ON h.ident = i.ident JOIN owners o ON o.component = h.component
      WHERE i.type = 'outcome' AND i.unit IS NULL;
    CREATE TABLE outcomes AS
      SELECT unit, ts, body FROM won WHERE type = 'outcome' AND unit IS NOT NULL
      UNION ALL
      SELECT l.unit, w.ts, w.body FROM won w JOIN through_links l ON l.ident = w.ident;
  )");
}

std::string condition(const OutcomeQuery& query) {
  std::string sql = "o.body->>'$.name' = " + quoted(query.event.str());
  for (const PropertyFilter& filter : query.where) {
    const std::string path = "'$.properties." + filter.property + "'";
    if (filter.value.as_string() != nullptr) {
      sql += " AND json_type(o.body, " + path + ") = 'text' AND o.body->>" + path + " = " +
             quoted(*filter.value.as_string());
    } else if (filter.value.as_number() != nullptr) {
      sql += " AND json_type(o.body, " + path + ") IN ('integer', 'real') AND o.body->>" + path +
             " = " + filter.value.as_number()->text;
    } else {
      sql += " AND json_type(o.body, " + path + ") = 'true'";
    }
  }
  return "coalesce(" + sql + ", 0)";
}

std::string quantum(const OutcomeQuery& query) {
  if (query.aggregation != Aggregation::kSum) return "1";
  const std::string path =
      query.value_property ? "'$.properties." + *query.value_property + "'" : "'$.value'";
  return "quanta(o.body->" + path + ", json_type(o.body, " + path + "), " +
         std::to_string(query.scale_exponent) + ")";
}

std::string total(const OutcomeQuery& query, const std::string& part) {
  const std::string hit = "is_" + part + " AND typeof(q_" + part + ") = 'integer'";
  if (query.aggregation == Aggregation::kAny) return "coalesce(max(" + hit + "), 0)";
  return "coalesce(sum(CASE WHEN " + hit + " THEN q_" + part + " END), 0)";
}

/// Per first-exposed unit: what one metric makes of its outcomes.
std::string unit_totals(const MetricDefinition& metric, Duration lateness, Time look_time) {
  const OutcomeQuery& num = metric.numerator;
  const OutcomeQuery& den = metric.denominator ? *metric.denominator : metric.numerator;
  const std::string has_den = metric.denominator ? "1" : "0";
  const std::string stop =
      metric.window ? "f.ts + " + std::to_string(metric.window->count()) : "NULL";
  return "SELECT f.number, f.history, f.numbers, f.previous, f.variant, f.allocated, f.crossover, "
         "f.browser, " +
         total(num, "num") + ", CASE WHEN " + has_den + " THEN " + total(den, "den") +
         " ELSE 0 END, coalesce(max((is_num AND typeof(q_num) = 'text') OR (is_den AND "
         "typeof(q_den) = 'text')), 0), coalesce(sum((is_num AND q_num IS NULL) OR (is_den AND "
         "q_den IS NULL)), 0), f.cutoff IS NOT NULL AND (" +
         stop + " IS NULL OR " + stop + " > f.cutoff), coalesce(" + stop + " + " +
         std::to_string(lateness.count()) + " <= " + us(look_time) +
         ", 0), f.unit IN (SELECT unit FROM linked_crossed) FROM first f LEFT JOIN (SELECT o.unit, "
         "o.ts, " +
         condition(num) + " AS is_num, " + has_den + " AND " + condition(den) + " AS is_den, " +
         quantum(num) + " AS q_num, " + quantum(den) +
         " AS q_den FROM outcomes o) o ON o.unit = f.unit AND "
         "o.ts >= f.ts AND (" +
         stop + " IS NULL OR o.ts < " + stop + ") GROUP BY f.unit";
}

std::string stratum_label(const Row& row) {
  const std::string history = row.text(1);
  std::string label = "phase " + row.text(0) + ", ";
  if (history == "declared") {
    label += history;
  } else if (history == "out") {
    label += "not enrolled";
  } else {
    std::vector<std::string> numbers;
    std::string rest = row.text(2);
    for (std::size_t i = 0; i < history.size(); ++i) {
      numbers.push_back(rest.substr(0, rest.find(' ')));
      rest.erase(0, numbers.back().size() + 1);
    }
    std::size_t since = history.size();
    while (since > 0 && history[since - 1] == '1') --since;
    label += "enrolled since phase " + numbers[since];
    std::string before;
    for (std::size_t i = 0; i < since; ++i) {
      if (history[i] == '1') before += (before.empty() ? "" : ", ") + numbers[i];
    }
    if (!before.empty()) label += ", before in phase " + before;
  }
  if (!row.is_null(3)) label += ", before: " + row.text(3);
  return label;
}

struct Sums {
  ReferenceCell cell;
  Wide x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

void add(Sums& sums, const Row& row) {
  if (row.integer(12) != 0) {
    ++sums.cell.censored;
  } else if (row.integer(10) != 0) {
    ++sums.cell.overflow;
  } else {
    const Wide x = row.integer(8);
    const Wide y = row.integer(9);
    ++sums.cell.n;
    sums.cell.no_value += row.integer(11);
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.xy += x * y;
    sums.yy += y * y;
  }
}

void add_metric(const std::string& name, Database& db, const std::string& sql, bool external,
                Statement& statement) {
  std::map<std::string, Sums> cells;
  db.query(sql, [&](const Row& row) {
    if (row.integer(14) != 0) return;
    const std::string stratum = stratum_label(row);
    const bool shown_matured = row.integer(13) != 0 || row.integer(12) != 0;
    const auto put = [&](const std::string& population, std::int64_t variant) {
      const std::string key =
          name + "|" + population + "|" + stratum + "|" + std::to_string(variant) + "|";
      add(cells[key], row);
      if (population == "matured" || population == "exposed") add(cells[key + row.text(7)], row);
    };
    const std::int64_t variant = row.integer(4);
    if (row.integer(6) == 0) {
      put("exposed", variant);
      if (shown_matured) put("matured", variant);
    } else if (shown_matured) {
      put("by_first_shown", variant);
      if (external) put("by_hash", variant);
      if (!external && !row.is_null(5)) put("by_hash", row.integer(5));
    }
  });
  for (auto& [key, sums] : cells) {
    ReferenceCell cell = sums.cell;
    cell.x = text_of(sums.x);
    cell.y = text_of(sums.y);
    cell.xx = text_of(sums.xx);
    cell.xy = text_of(sums.xy);
    cell.yy = text_of(sums.yy);
    statement.cells[key] = cell;
  }
}

void add_counts(Database& db, bool external, Statement& statement) {
  const auto count = [&](const std::string& name, const std::string& sql) {
    db.query(sql, [&](const Row& row) { statement.counts[name] = row.integer(0); });
  };
  count("crossovers", "SELECT count(*) FROM first WHERE crossover");
  count("linked_crossovers", "SELECT count(*) FROM linked_crossed");
  count("oversized_units", "SELECT count(*) FROM first WHERE NOT joined");
  count("conflicts_exposure",
        "SELECT count(*) FROM idents WHERE contents > 1 AND ours AND unit IS NOT NULL AND removal "
        "IS NULL");
  const std::string own = "type = 'outcome' AND unit IN (SELECT unit FROM ";
  count("conflicts_outcome",
        "SELECT (SELECT count(*) FROM idents WHERE contents > 1 AND removal IS NULL AND " + own +
            "tracked)) + (SELECT count(*) FROM through_links WHERE contents > 1 AND removal IS "
            "NULL)");
  for (const std::string removal : {"retracted", "erased"}) {
    const std::string is_so = "removal = '" + removal + "'";
    count(removal + "_records",
          "SELECT (SELECT count(*) FROM idents WHERE " + is_so + " AND (ours OR " + own +
              "met))) + (SELECT count(*) FROM through_links WHERE " + is_so + ")");
  }
  count("wrong_unit_kind",
        "SELECT count(*) FROM ev WHERE type = 'exposure' AND experiment = 'exp' AND unit IS NULL "
        "AND removal IS NULL");
  count("outside_phases",
        "SELECT count(*) FROM shown WHERE source = 'experiment' AND variant IS NOT NULL AND phase "
        "IS NULL");
  count("unknown_variant",
        "SELECT count(*) FROM shown WHERE source = 'experiment' AND variant IS NULL");
  count("forced", "SELECT count(*) FROM shown WHERE source <> 'experiment'");
  db.query(
      "SELECT number, history, numbers, previous, variant, sum(NOT crossed), sum(crossed), "
      "sum(component IS NOT NULL) FROM (SELECT *, unit IN (SELECT unit FROM linked_crossed) AS "
      "crossed FROM first WHERE NOT crossover) GROUP BY 1, 2, 4, 5",
      [&](const Row& row) {
        const std::string place = stratum_label(row) + "|" + row.text(4);
        int column = 5;
        for (const char* name : {"units|", "linked_crossover_units|", "linked_units|"}) {
          const std::int64_t units = row.integer(column++);
          if (units != 0) statement.counts[name + place] = units;
        }
      });
  db.query("SELECT number, count(*), sum(allocated IS NOT variant) FROM first GROUP BY number",
           [&](const Row& row) {
             statement.counts["phase_units|" + row.text(0)] = row.integer(1);
             if (external || row.integer(2) == 0) return;
             statement.counts["mismatches|" + row.text(0)] = row.integer(2);
           });
}

}  // namespace

Reference sql_reference(const DataSet& data) {
  Database db;
  load(data, db);
  define_views(data, db);
  const bool external = data.entry.definition.assignment == AssignmentSource::kExternal;
  Reference reference;
  Statement& statement = reference.statement;
  for (const MetricDefinition& metric : data.entry.metrics) {
    add_metric(metric.key.str(), db,
               unit_totals(metric, data.entry.definition.lateness, data.look_time), external,
               statement);
  }
  add_counts(db, external, statement);
  db.query("SELECT count(*) FROM through_links WHERE removal IS NULL",
           [&](const Row& row) { reference.outcomes_through_links = row.integer(0); });
  return reference;
}

}  // namespace converge::test
