#include <catch2/catch.hpp>

#include "tests/http/api_fixture.h"

// What is served beside the API: the web SDK and pages.
namespace converge {
namespace {

using namespace test;

TEST_CASE("Static assets: the web SDK is a script for anyone, of any origin, without a key") {
  TestServer server;
  for (const char* path : {"/sdk/converge.js", "/sdk/cx.js"}) {
    INFO(path);
    const Response script = server.get(path, "");
    CHECK(script.status == 200);
    CHECK(script.content_type == "text/javascript; charset=utf-8");
    CHECK(script.header("access-control-allow-origin") == "*");
    CHECK(script.header("x-content-type-options") == "nosniff");
    CHECK(script.body.find("export") != std::string::npos);
  }
}

TEST_CASE("Static assets: a page is HTML and may load from its own server only") {
  TestServer server;
  const Response page = server.get("/page", "");
  CHECK(page.status == 200);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.header("content-security-policy").starts_with("default-src 'self'"));
  CHECK(page.body == "<!doctype html><title>page</title>");
}

TEST_CASE("Static assets: who has the bytes is told so, and who has others gets them") {
  TestServer server;
  const Response page = server.get("/page", "");
  const std::string tag(page.header("etag"));
  REQUIRE(tag.size() > 2);
  CHECK(page.header("cache-control") == "no-cache");
  const Response known = server.send("GET", "/page", {{"if-none-match", "W/" + tag}}, "");
  CHECK(known.status == 304);
  CHECK(known.body.empty());
  CHECK(known.header("etag") == tag);
  const Response changed = server.send("GET", "/page", {{"if-none-match", "\"other\""}}, "");
  CHECK(changed.status == 200);
  CHECK(changed.body == page.body);
  CHECK(server.get("/sdk/cx.js", "").header("etag") != tag);
}

TEST_CASE("Static assets: they are read only, and only at their exact paths") {
  TestServer server;
  const Response written = server.post("/page", kDecideKey, "{}");
  CHECK(written.status == 405);
  CHECK(written.header("allow") == "GET, HEAD");
  const Response head = server.send("HEAD", "/page", {}, "");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  for (const char* path :
       {"/sdk", "/sdk/", "/page/", "/sdk/../page", "/sdk/converge.js/", "/shop"}) {
    INFO(path);
    CHECK(server.get(path, "").status == 404);
  }
}

}  // namespace
}  // namespace converge
