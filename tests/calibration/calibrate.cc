#include <cstdio>
#include <cstdlib>

#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/binomial_limit.h"
using namespace converge::calibration;
int main(int argc, char** argv) {
  int runs = argc > 1 ? atoi(argv[1]) : 400;
  std::vector<Method> ms{normal_test_at_the_end(),
                         normal_test_at_every_look(),
                         asymptotic_sequence(Side::kTwoSided, Guard::kOff),
                         asymptotic_sequence(Side::kUp, Guard::kOff),
                         asymptotic_sequence(Side::kDown, Guard::kOff),
                         asymptotic_sequence(Side::kTwoSided, Guard::kOn),
                         asymptotic_sequence(Side::kUp, Guard::kOn),
                         asymptotic_sequence(Side::kDown, Guard::kOn),
                         relative_sequence(Guard::kOff),
                         relative_sequence_by_delta_method()};
  printf("limit %d\n", most_errors(runs, .05));
  for (auto& split : {kEqual, kNineteenToOne, kNinetyNineToOne}) {
    auto s = peeking_scenarios(split);
    if (split.treatment == .5)
      for (auto& p : power_scenarios(split)) s.push_back(p);
    for (auto& sc : s) {
      printf("%s lift %g\n", sc.name.c_str(), sc.lift);
      auto t = simulate(sc, runs, ms);
      for (size_t m = 0; m < ms.size(); ++m)
        printf(
            "   %-55s up %5.1f down %5.1f either %5.1f miss %5.1f refused %4.2f n %6.0f lift "
            "%.3f\n",
            ms[m].name.c_str(), t[m].percent(t[m].up), t[m].percent(t[m].down),
            t[m].percent(t[m].either), t[m].percent(t[m].misses_truth), t[m].refused_share,
            t[m].units_per_arm, t[m].lift_at_claim);
      fflush(stdout);
    }
  }
}
