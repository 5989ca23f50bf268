#include "config/merged_sources.h"

#include <algorithm>

namespace converge {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Sections of members by key, and what one member is called.
struct Section {
  std::string_view name;
  std::string_view item;
};
constexpr Section kSections[] = {
    {"metrics", "metric"}, {"layers", "layer"}, {"saved_groups", "saved group"}, {"flags", "flag"}};

bool is_section(std::string_view name) {
  return std::any_of(std::begin(kSections), std::end(kSections),
                     [name](const Section& section) { return section.name == name; });
}

std::string what_is_in(std::string_view section) {
  for (const Section& one : kSections) {
    if (one.name == section) return std::string(one.item);
  }
  return std::string(section);
}

bool is_setting(std::string_view name) {
  return name == "timezone" || name == "units" || name == "holdout" || name == "growthbook";
}

bool is_json_name(const std::string& name) {
  return name.ends_with(".json");
}

/// The path without its last component; empty for a top-level one.
std::string parent_of(const std::string& path) {
  if (path.empty()) return "";
  if (path.ends_with("\"]")) return path.substr(0, path.rfind("[\"", path.size() - 3));
  const std::size_t cut = path.find_last_of(".[");
  return cut == std::string::npos ? "" : path.substr(0, cut);
}

}  // namespace

MergedSources::MergedSources(const std::vector<DefinitionSource>& sources,
                             const LoadLimits& limits) {
  for (const DefinitionSource& source : sources) parse(source, limits);
  for (std::size_t file = 0; file < files_.size(); ++file) merge(file);
  Value::Object members;
  members.emplace_back("apiVersion", Value::string(kDefinitionsVersion));
  for (Value::Member& setting : settings_members_) members.push_back(std::move(setting));
  sections_["metrics"];
  for (auto& [name, section] : sections_) {
    members.emplace_back(name, Value::object(std::move(section)));
  }
  members.emplace_back("experiments", Value::array(std::move(experiments_)));
  document_ = Value::object(std::move(members));
}

void MergedSources::parse(const DefinitionSource& source, const LoadLimits& limits) {
  const auto refuse = [this, &source](Position at, const std::string& message) {
    findings_.push_back({source.name, at.line, at.column, "", Severity::kError, message});
    complete_ = false;
  };
  if (source.text.size() > limits.file_bytes_max) {
    return refuse({}, "the file has more than " + std::to_string(limits.file_bytes_max) + " bytes");
  }
  std::string_view text = source.text;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto offset = first_invalid_utf8(text)) {
    return refuse(Lines(text).at_offset(*offset), "the file is not UTF-8");
  }
  ParsedSource parsed =
      is_json_name(source.name) ? parse_json_source(text, limits) : parse_yaml_source(text, limits);
  for (const SourceProblem& problem : parsed.problems) {
    findings_.push_back(
        {source.name, problem.at.line, problem.at.column, "", Severity::kError, problem.message});
  }
  if (!parsed.root) {
    complete_ = false;
    return;
  }
  if (parsed.root->type != Value::Type::kObject) {
    return refuse(parsed.root->at,
                  "a definition file holds an object with apiVersion, timezone, units, layers, "
                  "holdout, saved_groups, metrics, flags and experiments");
  }
  File file{.name = source.name, .root = std::move(*parsed.root), .names = {}, .values = {}};
  index(file.root, "", file);
  files_.push_back(std::move(file));
}

void MergedSources::index(const SourceNode& node, const std::string& path, File& file) const {
  file.values.emplace(path, node.at);
  for (const SourceMember& member : node.members) {
    const std::string inner = member_path(path, member.name);
    file.names.emplace(inner, member.name_at);
    index(member.value, inner, file);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    index(node.items[i], item_path(path, i), file);
  }
}

void MergedSources::merge(std::size_t file) {
  check_version(file);
  std::vector<SourceMember> alone;
  for (const SourceMember& member : files_[file].root.members) {
    if (member.name == "apiVersion") continue;
    if (is_section(member.name) && member.value.type == Value::Type::kObject) {
      merge_section(file, member);
    } else if (member.name == "experiments" && member.value.type == Value::Type::kArray) {
      merge_experiments(file, member.value);
    } else if (is_setting(member.name)) {
      merge_setting(file, member);
    } else {
      alone.push_back(member);
    }
  }
  if (!alone.empty()) check_alone(file, alone);
}

void MergedSources::check_version(std::size_t file) {
  const SourceMember* version = files_[file].root.find("apiVersion");
  Value::Object members;
  if (version != nullptr) members.emplace_back(version->name, to_value(version->value));
  for (const auto& problem : read_definitions(Value::object(std::move(members))).problems) {
    add_problem(file, problem.path, problem);
  }
}

void MergedSources::check_alone(std::size_t file, const std::vector<SourceMember>& members) {
  Value::Object document{{"apiVersion", Value::string(kDefinitionsVersion)}};
  for (const SourceMember& member : members) {
    document.emplace_back(member.name, to_value(member.value));
  }
  for (const auto& problem : read_definitions(Value::object(std::move(document))).problems) {
    if (!problem.is_unknown_reference) add_problem(file, problem.path, problem);
  }
}

void MergedSources::merge_setting(std::size_t file, const SourceMember& setting) {
  Value value = to_value(setting.value);
  const auto [seen, is_first] = settings_.try_emplace(setting.name, Seen{file, setting.name_at});
  if (is_first) {
    origins_[setting.name] = {file, setting.name};
    settings_members_.emplace_back(setting.name, std::move(value));
    return;
  }
  const auto first = std::find_if(settings_members_.begin(), settings_members_.end(),
                                  [&](const auto& member) { return member.first == setting.name; });
  if (first->second == value) return;
  add(file, setting.name, setting.name_at, Severity::kError,
      "\"" + setting.name + "\" differs from that in " + place_text(seen->second) +
          "; one folder has one");
}

void MergedSources::merge_section(std::size_t file, const SourceMember& section) {
  std::map<std::string, Seen>& keys = section_keys_[section.name];
  for (const SourceMember& member : section.value.members) {
    const std::string path = member_path(section.name, member.name);
    const auto [seen, is_first] = keys.try_emplace(member.name, Seen{file, member.name_at});
    if (is_first) {
      origins_[path] = {file, path};
      sections_[section.name].emplace_back(member.name, to_value(member.value));
      continue;
    }
    add(file, path, member.name_at, Severity::kError,
        "the " + what_is_in(section.name) + " \"" + member.name + "\" is already defined in " +
            place_text(seen->second));
    SourceNode wrapper;
    wrapper.type = Value::Type::kObject;
    wrapper.members.push_back(member);
    check_alone(file, {SourceMember{.name = section.name, .name_at = {}, .value = wrapper}});
  }
}

void MergedSources::merge_experiments(std::size_t file, const SourceNode& experiments) {
  for (std::size_t i = 0; i < experiments.items.size(); ++i) {
    const SourceNode& experiment = experiments.items[i];
    const std::string path = item_path("experiments", i);
    origins_[item_path("experiments", experiments_.size())] = {file, path};
    experiments_.push_back(to_value(experiment));
    const SourceMember* key = experiment.find("key");
    const std::string* text = key == nullptr ? nullptr : key->value.scalar.as_string();
    if (text == nullptr) continue;
    const auto [seen, is_first] = experiment_keys_.try_emplace(*text, Seen{file, key->value.at});
    if (is_first) continue;
    add(file, member_path(path, "key"), key->value.at, Severity::kError,
        "the experiment key \"" + *text + "\" is already used in " + place_text(seen->second));
    reported_.emplace(file, member_path(path, "key"));
  }
}

std::string MergedSources::place_text(const Seen& seen) const {
  return files_[seen.file].name + ":" + std::to_string(seen.at.line) + ":" +
         std::to_string(seen.at.column);
}

std::optional<MergedSources::Origin> MergedSources::origin_of(const std::string& path) const {
  for (std::string prefix = path; !prefix.empty(); prefix = parent_of(prefix)) {
    const auto found = origins_.find(prefix);
    if (found == origins_.end()) continue;
    return Origin{found->second.file, found->second.path + path.substr(prefix.size())};
  }
  return std::nullopt;
}

void MergedSources::report(const DefinitionProblem& problem) {
  if (problem.is_unknown_reference && !complete_) return;
  const std::optional<Origin> origin = origin_of(problem.path);
  if (origin) {
    if (reported_.contains({origin->file, origin->path})) return;
    add_problem(origin->file, origin->path, problem);
  } else if (!files_.empty()) {
    add_problem(0, problem.path, problem);
  }
}

void MergedSources::add_problem(std::size_t file, const std::string& path,
                                const DefinitionProblem& problem) {
  const File& source = files_[file];
  const auto severity = problem.is_warning ? Severity::kWarning : Severity::kError;
  if (const auto name = source.names.find(path); problem.at_name && name != source.names.end()) {
    return add(file, path, name->second, severity, problem.message);
  }
  std::string known = path;
  while (!known.empty() && !source.values.contains(known)) known = parent_of(known);
  const auto place = source.values.find(known);
  add(file, path, place == source.values.end() ? Position{} : place->second, severity,
      problem.message);
}

void MergedSources::add(std::size_t file, const std::string& path, Position at, Severity severity,
                        const std::string& message) {
  findings_.push_back({files_[file].name, at.line, at.column, path, severity, message});
}

}  // namespace converge
