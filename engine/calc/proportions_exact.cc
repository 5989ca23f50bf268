#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/proportion_inputs.h"
#include "stats/proportions/fisher_exact.h"
#include "stats/proportions/unconditional_exact.h"

namespace converge::calc {
namespace {

Result<Value> prop_fisher_exact(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::FisherExact> test = stats::fisher_exact(arms.a, arms.b);
  if (!test) return test.error();
  return Value::object({{"p_two_sided", figure(test->p_two_sided)},
                        {"p_greater", figure(test->p_greater)},
                        {"p_less", figure(test->p_less)}});
}

Result<Value> prop_fisher_mid_p(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::FisherExact> test = stats::fisher_exact(arms.a, arms.b);
  if (!test) return test.error();
  return Value::object({{"p_two_sided", figure(test->mid_p_two_sided)},
                        {"p_greater", figure(test->mid_p_greater)},
                        {"p_less", figure(test->mid_p_less)}});
}

Result<Value> prop_boschloo_barnard(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::UnconditionalExact> boschloo = stats::boschloo_exact(arms.a, arms.b);
  if (!boschloo) return boschloo.error();
  const Result<stats::UnconditionalExact> barnard = stats::barnard_exact(arms.a, arms.b);
  if (!barnard) return barnard.error();
  return Value::object({{"boschloo_p_two_sided", figure(boschloo->p_two_sided)},
                        {"boschloo_p_greater", figure(boschloo->p_greater)},
                        {"boschloo_p_less", figure(boschloo->p_less)},
                        {"barnard_p_two_sided_pooled", figure(barnard->p_two_sided)},
                        {"barnard_p_greater_pooled", figure(barnard->p_greater)},
                        {"barnard_p_less_pooled", figure(barnard->p_less)}});
}

constexpr Method kMethods[] = {
    {"prop_fisher_exact", "equal proportions, Fisher's exact test", prop_fisher_exact},
    {"prop_fisher_mid_p", "equal proportions, mid-p of Fisher's test", prop_fisher_mid_p},
    {"prop_boschloo_barnard", "equal proportions, unconditional exact tests",
     prop_boschloo_barnard},
};

}  // namespace

std::span<const Method> proportion_exact_methods() {
  return kMethods;
}

}  // namespace converge::calc
