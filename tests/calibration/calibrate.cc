#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/calibration/binomial_limit.h"
#include "tests/calibration/report.h"

/// converge_calibrate RUNS FILE: the full simulation, written as a page of the docs. Exits with 1
/// if a claim was refuted or a negative control was not.
namespace {

using namespace converge::calibration;

std::string introduction(int runs) {
  return "# Calibration\n\n"
         "Written by `make calibrate` (tests/calibration); figures are from its last run, " +
         std::to_string(runs) +
         " runs per cell,\nfixed seeds, own random numbers. `make test` runs the same code with "
         "fewer runs.\n\n"
         "A claim \"errs in at most 5 %\" is refuted where more than " +
         std::to_string(most_errors(runs, 0.05)) + " of " + std::to_string(runs) +
         " runs err: the exact\nbinomial limit at a tail of 1e-6. A refuted claim is printed in "
         "bold, and the run fails. Negative\ncontrols have to be refuted, or the run fails too.\n\n"
         "Rows marked *foreign* were measured elsewhere with the peers' own methods, 2,000 runs, "
         "in "
         "the same\nscenarios; they were not run here.\n\n"
         "Scenarios: 100 looks up to 40,000 units (Bernoulli .1; lognormal, sigma 1; zero-inflated "
         "revenue), and\nearly ones with 200 looks (Bernoulli .005 up to 8,000 units; Bernoulli "
         ".02 "
         "and lognormal, sigma 2, up\nto 4,000). Every method is read at every look, unless it "
         "says "
         "which looks it has. Sequences are tuned to\nthe last look. \"Up\" and \"down\" are "
         "one-sided at 5 % each.\n\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: converge_calibrate RUNS FILE\n");
    return 2;
  }
  const int runs = std::atoi(argv[1]);
  if (runs < 100) {
    std::fprintf(stderr, "RUNS: expected 100 or more\n");
    return 2;
  }
  std::string text = introduction(runs);
  int unexpected = 0;
  for (Report (*part)(int) : {peeking_report, condition_report, power_report, claims_report}) {
    const Report report = part(runs);
    text += report.text + "\n";
    for (const std::string& line : report.unexpected) {
      std::printf("not as claimed: %s\n", line.c_str());
      ++unexpected;
    }
    std::fflush(stdout);
  }
  text.pop_back();
  std::ofstream(argv[2]) << text;
  std::printf("%d figures not as claimed; written to %s\n", unexpected, argv[2]);
  return unexpected == 0 ? 0 : 1;
}
