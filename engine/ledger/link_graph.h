#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/ledger/byte_stream.h"
#include "engine/ledger/unit_index.h"

namespace converge {

/// The links in evidence as a graph over ids. Each link joins all ids that it names; the same ids
/// again are the same link. Grows with linked ids only. Not thread-safe.
class LinkGraph {
 public:
  /// Precondition: at least two ids, sorted, none twice.
  void add(std::vector<UnitIndex> ids);
  /// Exactly this link.
  bool contains(const std::vector<UnitIndex>& ids) const;
  /// Takes out the id with every link that names it: what it joined may fall apart.
  void remove(UnitIndex id);

  bool is_linked(UnitIndex id) const { return links_of_.contains(id); }
  /// Ids that a link joins directly with this one, sorted.
  std::vector<UnitIndex> neighbours(UnitIndex id) const;
  /// Of the neighbours, sorted, those whose every link names this id.
  std::vector<UnitIndex> dependants(UnitIndex id) const;
  /// The connected component of the id, sorted, itself included; none when it has more than
  /// `ids_max` ids. O(links of at most ids_max + 1 ids).
  std::optional<std::vector<UnitIndex>> component(UnitIndex id, std::size_t ids_max) const;

  void write(ByteWriter& out) const;
  static LinkGraph read(ByteReader& in);

 private:
  using LinkIndex = std::uint32_t;

  std::vector<std::vector<UnitIndex>> links_;  ///< a removed link is empty and used again
  std::vector<LinkIndex> free_;
  std::unordered_map<UnitIndex, std::vector<LinkIndex>> links_of_;
};

}  // namespace converge
