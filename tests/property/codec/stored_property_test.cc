#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>

#include "engine/codec/catalog_codec.h"
#include "engine/codec/json.h"
#include "engine/codec/look_codec.h"
#include "tests/property/codec/stored_generators.h"

namespace converge {
namespace {

/// Through the bytes that a store keeps.
Value stored(const Value& document) {
  const auto read = parse_json(to_json(document));
  RC_ASSERT(read.has_value());
  return *read;
}

template <class T>
void check_read(const Result<T>& read, const T& written) {
  if (!read) RC_FAIL(read.error().message);
  RC_ASSERT(*read == written);
}

}  // namespace

TEST_CASE("Stored catalogs: come back equal, and equal catalogs have equal bytes") {
  rc::prop("decode(encode(catalog)) == catalog and encodes to the same bytes", [] {
    const Catalog catalog = draw_catalog();
    const std::string bytes = encode_catalog(catalog);
    const auto read = decode_catalog(bytes);
    check_read(read, catalog);
    RC_ASSERT(encode_catalog(*read) == bytes);
    RC_ASSERT(catalog_content_hash(*read) == catalog_content_hash(catalog));
  });
}

TEST_CASE("Stored catalogs: damage is an error, never another catalog or a crash") {
  rc::prop("a truncated document is refused", [] {
    const std::string bytes = encode_catalog(draw_catalog());
    const auto size = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT(!decode_catalog(bytes.substr(0, size)).has_value());
  });
}

TEST_CASE("Stored looks: evidence, decisions and audit entries come back equal") {
  rc::prop("evidence", [] {
    const Evidence evidence = draw_evidence();
    const Value document = to_document(evidence);
    const auto read = evidence_from(stored(document));
    check_read(read, evidence);
    RC_ASSERT(to_json(to_document(*read)) == to_json(document));
  });
  rc::prop("decisions", [] {
    const Decision decision = draw_decision();
    check_read(decision_from(stored(to_document(decision))), decision);
  });
  rc::prop("audit entries", [] {
    const AuditEntry entry = draw_audit_entry();
    check_read(audit_entry_from(stored(to_document(entry))), entry);
  });
}

TEST_CASE("Stored looks: a document without any one of its members is damaged, not another look") {
  rc::prop("every member of evidence that is always written is needed", [] {
    const Value document = to_document(draw_evidence());
    Value::Object members = *document.as_object();
    const auto index = *rc::gen::inRange<std::size_t>(0, members.size());
    RC_PRE(members[index].first != "watermark");
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(index));
    RC_ASSERT(!evidence_from(Value::object(members)).has_value());
  });
}

}  // namespace converge
