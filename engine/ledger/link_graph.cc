#include "engine/ledger/link_graph.h"

#include <algorithm>
#include <set>
#include <utility>

namespace converge {

bool LinkGraph::contains(const std::vector<UnitIndex>& ids) const {
  const std::vector<LinkIndex>* shortest = nullptr;
  for (const UnitIndex id : ids) {
    const auto found = links_of_.find(id);
    if (found == links_of_.end()) return false;
    if (shortest == nullptr || found->second.size() < shortest->size()) shortest = &found->second;
  }
  return shortest != nullptr && std::any_of(shortest->begin(), shortest->end(),
                                            [&](LinkIndex link) { return links_[link] == ids; });
}

void LinkGraph::add(std::vector<UnitIndex> ids) {
  if (contains(ids)) return;
  auto link = static_cast<LinkIndex>(links_.size());
  if (free_.empty()) {
    links_.emplace_back();
  } else {
    link = free_.back();
    free_.pop_back();
  }
  for (const UnitIndex id : ids) links_of_[id].push_back(link);
  links_[link] = std::move(ids);
}

void LinkGraph::remove(UnitIndex id) {
  const auto found = links_of_.find(id);
  if (found == links_of_.end()) return;
  const std::vector<LinkIndex> links = std::move(found->second);
  links_of_.erase(found);
  for (const LinkIndex link : links) {
    for (const UnitIndex other : std::exchange(links_[link], {})) {
      const auto links_of_other = links_of_.find(other);
      if (links_of_other == links_of_.end()) continue;
      std::erase(links_of_other->second, link);
      if (links_of_other->second.empty()) links_of_.erase(links_of_other);
    }
    free_.push_back(link);
  }
}

std::vector<UnitIndex> LinkGraph::neighbours(UnitIndex id) const {
  const auto found = links_of_.find(id);
  if (found == links_of_.end()) return {};
  std::set<UnitIndex> others;
  for (const LinkIndex link : found->second) {
    others.insert(links_[link].begin(), links_[link].end());
  }
  others.erase(id);
  return {others.begin(), others.end()};
}

std::vector<UnitIndex> LinkGraph::dependants(UnitIndex id) const {
  std::vector<UnitIndex> others = neighbours(id);
  std::erase_if(others, [&](UnitIndex other) {
    const std::vector<LinkIndex>& links = links_of_.at(other);
    return std::any_of(links.begin(), links.end(), [&](LinkIndex link) {
      return !std::binary_search(links_[link].begin(), links_[link].end(), id);
    });
  });
  return others;
}

std::optional<std::vector<UnitIndex>> LinkGraph::component(UnitIndex id,
                                                           std::size_t ids_max) const {
  std::set<UnitIndex> reached{id};
  std::vector<UnitIndex> frontier{id};
  while (!frontier.empty()) {
    const auto links = links_of_.find(frontier.back());
    frontier.pop_back();
    if (links == links_of_.end()) continue;
    for (const LinkIndex link : links->second) {
      for (const UnitIndex other : links_[link]) {
        if (!reached.insert(other).second) continue;
        if (reached.size() > ids_max) return std::nullopt;
        frontier.push_back(other);
      }
    }
  }
  return std::vector<UnitIndex>(reached.begin(), reached.end());
}

void LinkGraph::write(ByteWriter& out) const {
  out.integer(static_cast<std::int64_t>(links_.size() - free_.size()));
  for (const std::vector<UnitIndex>& link : links_) {
    if (link.empty()) continue;
    out.integer(static_cast<std::int64_t>(link.size()));
    for (const UnitIndex id : link) out.integer(id);
  }
}

LinkGraph LinkGraph::read(ByteReader& in) {
  LinkGraph graph;
  for (std::size_t left = in.count(); left > 0; --left) {
    std::vector<UnitIndex> ids;
    for (std::size_t id = in.count(); id > 0; --id) {
      ids.push_back(static_cast<UnitIndex>(in.integer()));
    }
    if (in.failed()) break;
    graph.add(std::move(ids));
  }
  return graph;
}

}  // namespace converge
