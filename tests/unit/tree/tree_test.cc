#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

// The house rules of docs/explanation/architecture.md, checked on the sources themselves.
namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;    ///< relative to the root
  std::string folder;  ///< first component
  std::vector<std::string> lines;
};

// Top to bottom in the order of inclusion: a folder may include itself and what its set names.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {"base"}},
    {"stats", {"base", "stats"}},
    {"engine", {"base", "stats", "engine"}},
    {"config", {"base", "stats", "engine", "config"}},
    {"store", {"base", "stats", "engine", "store"}},
    {"server", {"base", "stats", "engine", "config", "server"}},
    {"cli", {"base", "stats", "engine", "config", "store", "server", "cli"}},
};

// The order of the rooms inside engine/: a room may include those before it.
const std::vector<std::string> kEngineRooms = {
    "model",  "codec",  "calc",    "assign", "growthbook", "eval",    "features", "sticky",
    "record", "ledger", "analyse", "decide", "promote",    "preview", "review",   "explain"};

std::vector<Source> read_sources() {
  std::vector<Source> sources;
  const fs::path root = CONVERGE_SOURCE_DIR;
  for (const auto& [folder, allowed] : kMayInclude) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      Source source{fs::relative(entry.path(), root).string(), folder, {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) source.lines.push_back(line);
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

const std::vector<Source>& sources() {
  static const std::vector<Source> kAll = read_sources();
  return kAll;
}

/// The path of `#include "path"`, empty for other lines.
std::string included_path(const std::string& line) {
  static const std::regex kInclude("^\\s*#\\s*include\\s+\"([^\"]+)\"");
  std::smatch match;
  return std::regex_search(line, match, kInclude) ? match[1].str() : std::string();
}

std::vector<std::string> components(const std::string& path) {
  std::vector<std::string> parts;
  std::stringstream stream(path);
  for (std::string part; std::getline(stream, part, '/');) parts.push_back(part);
  return parts;
}

/// Every line that `pattern` finds outside the folders named.
std::string offenders(const std::regex& pattern, const std::vector<std::string>& allowed_prefixes) {
  std::string found;
  for (const Source& source : sources()) {
    const bool allowed =
        std::any_of(allowed_prefixes.begin(), allowed_prefixes.end(),
                    [&](const std::string& prefix) { return source.path.rfind(prefix, 0) == 0; });
    if (allowed) continue;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      if (std::regex_search(source.lines[i], pattern)) {
        found += source.path + ":" + std::to_string(i + 1) + ": " + source.lines[i] + "\n";
      }
    }
  }
  return found;
}

}  // namespace

TEST_CASE("Tree: the sources were found") {
  REQUIRE(sources().size() > 50);
}

TEST_CASE("Tree: every include points down the order of folders") {
  std::string wrong;
  for (const Source& source : sources()) {
    for (const std::string& line : source.lines) {
      const std::string path = included_path(line);
      if (path.empty()) continue;
      const std::string target = components(path).front();
      if (kMayInclude.at(source.folder).count(target) == 0)
        wrong += source.path + " includes " + path + "\n";
    }
  }
  CHECK_THAT(wrong, Catch::Equals(""));
}

TEST_CASE("Tree: rooms of engine/ include only rooms before them") {
  const auto rank = [](const std::string& room) {
    return std::find(kEngineRooms.begin(), kEngineRooms.end(), room) - kEngineRooms.begin();
  };
  std::string wrong;
  for (const Source& source : sources()) {
    const std::vector<std::string> own = components(source.path);
    if (own.front() != "engine" || own.size() < 3) continue;
    for (const std::string& line : source.lines) {
      const std::vector<std::string> target = components(included_path(line));
      if (target.size() < 3 || target.front() != "engine") continue;
      if (rank(target[1]) > rank(own[1]))
        wrong += source.path + " includes engine/" + target[1] + "\n";
    }
  }
  CHECK_THAT(wrong, Catch::Equals(""));
}

TEST_CASE("Tree: no type of a header has the name of another in its namespace") {
  const std::regex opened("^namespace ([a-z_:]+) \\{");
  const std::regex type("^(?:struct|class|enum class) (\\w+)(?: final)?(?: : [^;]*)? \\{");
  std::map<std::string, std::string> defined_in;
  std::string twice;
  for (const Source& source : sources()) {
    if (!source.path.ends_with(".h")) continue;
    std::string space;
    for (const std::string& line : source.lines) {
      std::smatch match;
      if (std::regex_search(line, match, opened)) space = match[1].str();
      if (!std::regex_search(line, match, type)) continue;
      const std::string name = space + "::" + match[1].str();
      const auto [first, is_new] = defined_in.emplace(name, source.path);
      if (!is_new) twice += name + " in " + first->second + " and " + source.path + "\n";
    }
  }
  CHECK_THAT(twice, Catch::Equals(""));
}

TEST_CASE("Tree: SQL stands in store/ only") {
  const std::regex sql(
      "\"[^\"]*\\b(SELECT .* FROM|INSERT (OR [A-Z]+ )?INTO|CREATE TABLE|DELETE FROM|PRAGMA )");
  CHECK_THAT(offenders(sql, {"store/"}), Catch::Equals(""));
  CHECK_THAT(offenders(std::regex("sqlite3\\.h"), {"store/sqlite/"}), Catch::Equals(""));
}

TEST_CASE("Tree: Beast and Asio stand in server/http only") {
  CHECK_THAT(offenders(std::regex("boost/(beast|asio)"), {"server/http/"}), Catch::Equals(""));
}

TEST_CASE("Tree: JSON libraries stand in the codecs only") {
  CHECK_THAT(offenders(std::regex("boost/json|nlohmann/"), {"engine/codec/", "config/"}),
             Catch::Equals(""));
}

TEST_CASE("Tree: Boost.Math stays out of headers") {
  std::string found;
  for (const Source& source : sources()) {
    if (!source.path.ends_with(".h")) continue;
    for (const std::string& line : source.lines) {
      if (line.find("boost/math") != std::string::npos) found += source.path + "\n";
    }
  }
  CHECK_THAT(found, Catch::Equals(""));
}

TEST_CASE("Tree: the machine's clock is read in base/clock.cc only") {
  CHECK_THAT(offenders(std::regex("system_clock::now"), {"base/clock.cc"}), Catch::Equals(""));
}

TEST_CASE("Tree: no catch-all files") {
  const std::array<std::string, 8> banned = {"utils",  "util", "common", "helpers",
                                             "helper", "misc", "types",  "manager"};
  std::string found;
  for (const Source& source : sources()) {
    const std::string stem = fs::path(source.path).stem().string();
    if (std::find(banned.begin(), banned.end(), stem) != banned.end()) found += source.path + "\n";
  }
  CHECK_THAT(found, Catch::Equals(""));
}

TEST_CASE("Tree: files stay under 600 lines") {
  std::string found;
  for (const Source& source : sources()) {
    if (source.lines.size() > 600)
      found += source.path + " " + std::to_string(source.lines.size()) + "\n";
  }
  CHECK_THAT(found, Catch::Equals(""));
}
