#include "sql_reference.h"

#include <sqlite3.h>

#include <functional>
#include <optional>
#include <stdexcept>

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

/// Decimal text to quanta, half to even; nullopt beyond 2^53. Schoolbook, for texts of up to 20
/// digits.
std::optional<std::int64_t> quanta_of(std::string text, int scale_exponent) {
  const bool negative = text[0] == '-';
  if (negative) text.erase(0, 1);
  int exponent = -scale_exponent;
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string::npos) {
    exponent += std::stoi(text.substr(e + 1));
    text.erase(e);
  }
  const std::size_t point = text.find('.');
  if (point != std::string::npos) {
    exponent -= static_cast<int>(text.size() - point - 1);
    text.erase(point, 1);
  }
  Wide value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  for (; exponent > 0; --exponent) value *= 10;
  Wide divisor = 1;
  for (; exponent < 0; ++exponent) divisor *= 10;
  const Wide twice = 2 * (value % divisor);
  value /= divisor;
  if (twice > divisor || (twice == divisor && value % 2 == 1)) ++value;
  if (value >= (Wide{1} << 53)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? -value : value);
}

/// quanta(json text or null, json type or null, scale exponent): integer, 'overflow' or null.
void sql_quanta(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto text = [arguments](int i) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(arguments[i]));
    return std::string(bytes == nullptr ? "" : bytes);
  };
  if (text(1) != "integer" && text(1) != "real") return sqlite3_result_null(context);
  const auto quanta = quanta_of(text(0), sqlite3_value_int(arguments[2]));
  if (quanta) return sqlite3_result_int64(context, *quanta);
  sqlite3_result_text(context, "overflow", -1, SQLITE_STATIC);
}

class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int i) const { return sqlite3_column_int64(statement_, i); }
  bool is_null(int i) const { return sqlite3_column_type(statement_, i) == SQLITE_NULL; }
  std::string text(int i) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, i));
    return bytes == nullptr ? "" : bytes;
  }

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  Database() {
    sqlite3_open(":memory:", &db_);
    sqlite3_create_function(db_, "quanta", 3, SQLITE_UTF8, nullptr, sql_quanta, nullptr, nullptr);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(db_); }

  void run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
  }
  void insert(const std::string& table, const std::vector<std::string>& literals) {
    std::string values;
    for (const std::string& literal : literals) values += (values.empty() ? "" : ",") + literal;
    run("INSERT INTO " + table + " VALUES (" + values + ")");
  }
  void query(const std::string& sql, const std::function<void(const Row&)>& each) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(sql);
    int step = sqlite3_step(statement);
    for (; step == SQLITE_ROW; step = sqlite3_step(statement)) each(Row(statement));
    if (step != SQLITE_DONE) fail(sql);
    sqlite3_finalize(statement);
  }

 private:
  [[noreturn]] void fail(const std::string& sql) {
    throw std::runtime_error(std::string(sqlite3_errmsg(db_)) + " in " + sql);
  }
  sqlite3* db_ = nullptr;
};

std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? std::string("''") : std::string(1, c);
  return literal + "'";
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
    CREATE TABLE ev AS
      SELECT *, CASE WHEN type = 'exposure' AND id IS NULL THEN body
                     ELSE type || units || '#' || id END AS ident
      FROM parsed WHERE ts < )" +
         until + R"( AND unit IS NOT NULL AND type IN ('exposure', 'outcome');
    CREATE TABLE tracked AS
      SELECT DISTINCT unit FROM ev WHERE type = 'exposure' AND experiment = 'exp';
    CREATE TABLE idents AS
      SELECT unit, ident, type, min(body) AS winner, count(*) AS contents,
             max(experiment IS 'exp') AS ours
      FROM ev WHERE unit IN (SELECT unit FROM tracked) GROUP BY unit, ident;
    CREATE TABLE won AS
      SELECT ev.* FROM ev JOIN idents ON idents.unit = ev.unit AND idents.winner = ev.body;
    CREATE TABLE shown AS
      SELECT w.unit, w.ts, w.body, coalesce(w.body->>'$.source', 'experiment') AS source,
             v.idx AS variant, v.key AS variant_key, p.idx AS phase, p.rand AS rand
      FROM won w LEFT JOIN variants v ON v.key = w.body->>'$.variant'
      LEFT JOIN phases p ON w.ts >= p.start AND (p.stop IS NULL OR w.ts < p.stop)
      WHERE w.type = 'exposure' AND w.experiment = 'exp';
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
      SELECT f.unit, f.ts, f.variant, f.allocated, p.number,
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
         ", 0) FROM first f LEFT JOIN (SELECT o.unit, o.ts, " + condition(num) + " AS is_num, " +
         has_den + " AND " + condition(den) + " AS is_den, " + quantum(num) + " AS q_num, " +
         quantum(den) +
         " AS q_den FROM won o WHERE o.type = 'outcome') o ON o.unit = f.unit AND "
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
  count("conflicts_exposure", "SELECT count(*) FROM idents WHERE contents > 1 AND ours");
  count("conflicts_outcome", "SELECT count(*) FROM idents WHERE contents > 1 AND type = 'outcome'");
  count("outside_phases",
        "SELECT count(*) FROM shown WHERE source = 'experiment' AND variant IS NOT NULL AND phase "
        "IS NULL");
  count("unknown_variant",
        "SELECT count(*) FROM shown WHERE source = 'experiment' AND variant IS NULL");
  count("forced", "SELECT count(*) FROM shown WHERE source <> 'experiment'");
  db.query(
      "SELECT number, history, numbers, previous, variant, sum(NOT crossover) FROM first "
      "GROUP BY 1, 2, 4, 5",
      [&](const Row& row) {
        if (row.integer(5) == 0) return;
        statement.counts["units|" + stratum_label(row) + "|" + row.text(4)] = row.integer(5);
      });
  db.query("SELECT number, count(*), sum(allocated IS NOT variant) FROM first GROUP BY number",
           [&](const Row& row) {
             statement.counts["phase_units|" + row.text(0)] = row.integer(1);
             if (external || row.integer(2) == 0) return;
             statement.counts["mismatches|" + row.text(0)] = row.integer(2);
           });
}

}  // namespace

Statement sql_statement(const DataSet& data) {
  Database db;
  load(data, db);
  define_views(data, db);
  const bool external = data.entry.definition.assignment == AssignmentSource::kExternal;
  Statement statement;
  for (const MetricDefinition& metric : data.entry.metrics) {
    add_metric(metric.key.str(), db,
               unit_totals(metric, data.entry.definition.lateness, data.look_time), external,
               statement);
  }
  add_counts(db, external, statement);
  db.query(
      "SELECT count(DISTINCT body) FROM parsed WHERE type NOT IN ('exposure', 'outcome') AND "
      "ts < " +
          us(data.look_time),
      [&](const Row& row) { statement.counts["waiting_records"] = row.integer(0); });
  db.query(
      "SELECT count(DISTINCT body) FROM parsed WHERE type = 'exposure' AND experiment = 'exp' "
      "AND unit IS NULL AND ts < " +
          us(data.look_time),
      [&](const Row& row) { statement.counts["wrong_unit_kind"] = row.integer(0); });
  return statement;
}

}  // namespace converge::test
