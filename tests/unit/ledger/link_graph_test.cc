#include "engine/ledger/link_graph.h"

#include <catch2/catch.hpp>

namespace converge {
namespace {

using Ids = std::vector<UnitIndex>;

TEST_CASE("LinkGraph: a component is what links reach; an id without links is alone") {
  LinkGraph graph;
  graph.add({1, 2});
  graph.add({3, 4, 5});
  graph.add({2, 3});
  CHECK(graph.component(1, 5) == Ids{1, 2, 3, 4, 5});
  CHECK(graph.component(7, 5) == Ids{7});
  CHECK(graph.is_linked(4));
  CHECK_FALSE(graph.is_linked(7));
}

TEST_CASE("LinkGraph: one id more than the limit is too many") {
  LinkGraph graph;
  graph.add({1, 2, 3});
  CHECK(graph.component(1, 3));
  CHECK_FALSE(graph.component(1, 2));
}

TEST_CASE("LinkGraph: a removed id takes whole links with it, and the component falls apart") {
  LinkGraph graph;
  graph.add({1, 2});
  graph.add({2, 3, 4});
  graph.add({4, 5});
  CHECK(graph.neighbours(2) == Ids{1, 3, 4});
  CHECK(graph.dependants(2) == Ids{1, 3});
  graph.remove(2);
  CHECK_FALSE(graph.is_linked(1));
  CHECK_FALSE(graph.is_linked(3));
  CHECK(graph.component(4, 9) == Ids{4, 5});
  graph.add({1, 3});
  CHECK(graph.component(3, 9) == Ids{1, 3});
}

TEST_CASE("LinkGraph: the same link again is one link, a part of it is another") {
  LinkGraph graph;
  graph.add({1, 2, 3});
  graph.add({1, 2, 3});
  CHECK(graph.contains({1, 2, 3}));
  CHECK_FALSE(graph.contains({1, 2}));
  graph.remove(3);
  CHECK_FALSE(graph.is_linked(1));
}

TEST_CASE("LinkGraph: comes back from its bytes, gaps left out") {
  LinkGraph graph;
  graph.add({1, 2});
  graph.add({3, 4});
  graph.add({4, 5});
  graph.remove(1);
  ByteWriter out;
  graph.write(out);
  ByteReader in(out.bytes());
  const LinkGraph again = LinkGraph::read(in);
  CHECK(in.at_end());
  CHECK_FALSE(in.failed());
  CHECK(again.component(3, 9) == Ids{3, 4, 5});
  CHECK_FALSE(again.is_linked(2));
}

}  // namespace
}  // namespace converge
