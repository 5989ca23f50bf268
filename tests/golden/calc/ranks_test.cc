#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {

using nlohmann::json;

TEST_CASE("omnibus_and_rank.json: proportions and ranks") {
  // Welch's analysis of variance belongs to the means, whose test compares it.
  check_vectors(
      "omnibus_and_rank.json", 18,
      [](const json& test_case) { return test_case.at("method") == "welch_anova_k_groups"; }, 5);
}

TEST_CASE("Brunner-Munzel: scipy.stats.brunnermunzel 1.10.1") {
  // p values by scipy; dof and interval from its formulas with scipy.stats.rankdata and t.ppf. The
  // first samples are the pain scores of Brunner, Munzel (2000), table 1.
  const struct {
    std::string method, inputs;
    double t, p_two_sided, p_greater, probability, df, lower, upper;
  } cases[] = {
      {"brunner_munzel", R"({"a":[1,2,1,1,1,1,1,1,1,1,2,4,1,1],"b":[3,3,4,3,1,2,3,1,1,5,4]})",
       3.1374674823029505, 0.005786208666151538, 0.002893104333075769, 0.7889610389610391,
       17.682841979481545, 0.595216864253745, 0.9827052136683332},
      {"brunner_munzel", R"({"a":[0.2,1.5,3.1,0.7,2.2,9.5],"b":[1.1,2.5,3.3,8.0]})",
       0.8606629658238705, 0.4144742537480752, 0.2072371268740376, 0.6666666666666666,
       7.9992684711046085, 0.22010377772479267, 1.0},  // 1.113, cut
      {"brunner_munzel_ordinal",
       R"({"counts_a":[5,9,30,41,80,60,25],"counts_b":[2,8,20,45,77,90,58]})", 3.97630004925638,
       7.953713832886677e-05, 3.976856916443339e-05, 0.5935133333333333, 539.3997513628267,
       0.5473158779295866, 0.6397107887370801},
      {"brunner_munzel_ordinal",
       R"({"counts_a":[3,1,2,4,5,12,15,30,44,60,71],"counts_b":[1,1,3,2,4,10,12,25,50,77,99]})",
       2.309973125393272, 0.021290181785102558, 0.010645090892551279, 0.5561883446427554,
       507.26057442678535, 0.5083996841136054, 0.6039770051719053},
  };
  for (const auto& c : cases) {
    const json outputs = outputs_of(c.method, c.inputs);
    CAPTURE(c.inputs);
    CHECK(outputs.at("t").get<double>() == Approx(c.t).epsilon(1e-10));
    CHECK(outputs.at("p_two_sided").get<double>() == Approx(c.p_two_sided).epsilon(1e-9));
    CHECK(outputs.at("p_greater").get<double>() == Approx(c.p_greater).epsilon(1e-9));
    CHECK(outputs.at("prob_superiority").get<double>() == Approx(c.probability).epsilon(1e-12));
    CHECK(outputs.at("df").get<double>() == Approx(c.df).epsilon(1e-10));
    CHECK(outputs.at("ci95").at(0).get<double>() == Approx(c.lower).epsilon(1e-9));
    CHECK(outputs.at("ci95").at(1).get<double>() == Approx(c.upper).epsilon(1e-9));
  }
}

TEST_CASE("Mann-Whitney of counts per rating: scipy.stats.mannwhitneyu 1.10.1") {
  const json seven =
      outputs_of("mann_whitney_ordinal",
                 R"({"counts_a":[5,9,30,41,80,60,25],"counts_b":[2,8,20,45,77,90,58]})");
  CHECK(seven.at("U_b") == 44513.5);
  CHECK(seven.at("p_two_sided").get<double>() == Approx(0.00010423751015438189).epsilon(1e-9));
  CHECK(seven.at("p_two_sided_no_continuity").get<double>() ==
        Approx(0.00010411899319228778).epsilon(1e-9));
  CHECK(seven.at("p_greater").get<double>() == Approx(5.211875507719094e-05).epsilon(1e-9));
  CHECK(seven.at("p_less").get<double>() == Approx(0.9999479996982944).epsilon(1e-12));
  const json eleven = outputs_of(
      "mann_whitney_ordinal",
      R"({"counts_a":[3,1,2,4,5,12,15,30,44,60,71],"counts_b":[1,1,3,2,4,10,12,25,50,77,99]})");
  CHECK(eleven.at("U_b") == 39015.5);
  CHECK(eleven.at("p_two_sided").get<double>() == Approx(0.021383378953562772).epsilon(1e-9));
}

TEST_CASE("Net promoter score and top boxes behind calc") {
  // Score interval: scipy 1.10.1, see unit/stats/net_promoter_test.cc.
  const json score =
      outputs_of("net_promoter_score", R"({"detractors":10,"passives":20,"promoters":70})");
  CHECK(score.at("score").get<double>() == Approx(60));
  CHECK(score.at("se").get<double>() == Approx(6.6332495807108).epsilon(1e-12));
  CHECK(score.at("ci95").at(0).get<double>() == Approx(45.21665193919809).epsilon(1e-5));
  const json difference = outputs_of("net_promoter_difference",
                                     R"({"a":{"detractors":10,"passives":20,"promoters":70},
          "b":{"detractors":30,"passives":60,"promoters":12},"alpha":0.1})");
  CHECK(difference.at("difference").get<double>() == Approx(-77.64705882352942));
  CHECK(difference.contains("ci"));
  CHECK_FALSE(difference.contains("ci95"));
  CHECK(difference.at("score_ci").size() == 2);
  CHECK(outputs_of("net_promoter_groups", R"({"counts":[1,0,2,0,0,3,4,10,20,30,40]})") ==
        json{{"detractors", 10}, {"passives", 30}, {"promoters", 70}});
  const json boxes = outputs_of("top_box_proportion", R"({"counts":[4,3,8,20,15]})");
  CHECK(boxes.at("x") == 35);
  CHECK(boxes.at("n") == 50);
  CHECK(boxes.at("proportion") == 0.7);
}

TEST_CASE("Ranks behind calc: what is undefined is an error with a code") {
  CHECK(error_of("brunner_munzel", R"({"a":[1,2],"b":[3,4]})") == "insufficient_data");
  CHECK(error_of("mann_whitney_asymptotic", R"({"a":[1,1],"b":[1]})") == "insufficient_data");
  CHECK(error_of("mann_whitney_asymptotic", R"({"a":[],"b":[1]})") == "insufficient_data");
  CHECK(error_of("mann_whitney_ordinal", R"({"counts_a":[1,2],"counts_b":[1]})") ==
        "invalid_argument");
  CHECK(error_of("mann_whitney_asymptotic", R"({"b":[1]})") == "invalid_argument");
}

}  // namespace converge::calc
