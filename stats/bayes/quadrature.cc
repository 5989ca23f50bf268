#include "stats/bayes/quadrature.h"

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>

namespace converge::stats {
namespace {

/// Boost lists the nodes from 0 on; those of the Gauss rule are every second one, from the first
/// beside 0.
std::array<KronrodNode, kKronrodPoints> mirrored_nodes() {
  using Kronrod = boost::math::quadrature::gauss_kronrod<double, kKronrodPoints>;
  using Gauss = boost::math::quadrature::gauss<double, kKronrodPoints / 2>;
  std::array<KronrodNode, kKronrodPoints> nodes;
  constexpr std::size_t kMiddle = kKronrodPoints / 2;
  for (std::size_t i = 0; i <= kMiddle; ++i) {
    const double embedded = i % 2 == 1 ? Gauss::weights()[i / 2] : 0;
    nodes[kMiddle + i] = {Kronrod::abscissa()[i], Kronrod::weights()[i], embedded};
    nodes[kMiddle - i] = {-Kronrod::abscissa()[i], Kronrod::weights()[i], embedded};
  }
  return nodes;
}

}  // namespace

const std::array<KronrodNode, kKronrodPoints>& kronrod_nodes() {
  static const std::array<KronrodNode, kKronrodPoints> kNodes = mirrored_nodes();
  return kNodes;
}

}  // namespace converge::stats
