#include "engine/record/chain_heads.h"

#include <catch2/catch.hpp>

#include "store/memory/memory_store.h"

namespace converge {
namespace {

TEST_CASE("Chain key: kind and id are kept apart, and the key never changes") {
  CHECK(chain_key({UnitKind("a"), "bc"}) != chain_key({UnitKind("ab"), "c"}));
  // Stored in checkpoints and implied by the pointers of every row: changing it breaks old logs.
  CHECK(chain_key({UnitKind("user_id"), "u1"}) == 0x8dfc7243d25704a4U);
}

TEST_CASE("Chain heads: what was encoded is decoded, damage is found") {
  ChainHeads heads;
  for (std::uint64_t key = 1; key <= 100; ++key) {
    heads.set(key * 0x9e3779b97f4a7c15U, LogSeq{static_cast<std::int64_t>(key)});
  }
  std::string bytes = heads.encode();
  const Result<ChainHeads> again = ChainHeads::decode(bytes);
  REQUIRE(again);
  CHECK(again->size() == 100);
  CHECK(raw(again->head(7 * 0x9e3779b97f4a7c15U)) == 7);
  CHECK(raw(again->head(12345)) == 0);
  CHECK(again->encode() == bytes);

  CHECK(ChainHeads::decode(bytes.substr(0, bytes.size() - 16)).error().code == Errc::kInternal);
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  CHECK(ChainHeads::decode(bytes).error().code == Errc::kInternal);
  CHECK(ChainHeads::decode("").error().code == Errc::kInternal);
}

TEST_CASE("Chain heads: catching up reads every unit of every event, declarations aside") {
  MemoryEventLog log;
  std::vector<LogRow> rows(3);
  rows[0] = {LogSeq{1},
             1,
             RowKind::kEvent,
             RowSource::kLive,
             Time{},
             R"({"ts":"2026-03-01T00:00:00Z","type":"erase","units":{"a":"1","b":"2"}})",
             {LogSeq{0}, LogSeq{0}}};
  rows[1] = {
      LogSeq{2}, 1, RowKind::kCompleteUntil, RowSource::kImport, Time{}, "2026-03-01T00:00:00Z",
      {}};
  rows[2] = {LogSeq{3},       1,
             RowKind::kEvent, RowSource::kLive,
             Time{},          R"({"ts":"2026-03-01T00:00:00Z","type":"erase","units":{"a":"1"}})",
             {LogSeq{1}}};
  REQUIRE(log.append(rows));
  ChainHeads heads;
  REQUIRE(heads.catch_up(log, LogSeq{0}));
  CHECK(raw(heads.head(chain_key({UnitKind("a"), "1"}))) == 3);
  CHECK(raw(heads.head(chain_key({UnitKind("b"), "2"}))) == 1);
  CHECK(heads.size() == 2);
}

}  // namespace
}  // namespace converge
