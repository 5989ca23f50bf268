#include "stats/distributions.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

// Reference values: mpmath 1.2.1 with 60 digits, arguments as the doubles that are written here.
// Tails by erfc, the incomplete gamma function and the hypergeometric series of the incomplete beta
// function; binomial and Poisson by summing; the noncentral t by quadrature over the chi
// distribution; quantiles by root finding on the logarithm of the tail. A tail of 0 is one below
// the range of double.
namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void check_relative(double got, double wanted, double tolerance) {
  CAPTURE(got, wanted);
  const double denormal = wanted == 0 ? 1e-307 : 0;
  CHECK(std::abs(got - wanted) <= tolerance * std::abs(wanted) + denormal);
}

}  // namespace

TEST_CASE("Normal tails and their logarithm from -30 to 1e150") {
  const struct {
    double z, upper, log_upper;
  } cases[] = {
      {-30, 1.0, -4.9067139271481870595e-198},
      {-12, 1.0, -1.7764821120776789977e-33},
      {-5, 9.9999971334842812081e-1, -2.8665161296376359338e-7},
      {-1.5, 9.33192798731141934e-1, -6.9143455612233982993e-2},
      {-1, 8.4134474606854294859e-1, -1.7275377902344988953e-1},
      {-0.5, 6.9146246127401310364e-1, -3.6894641528865639307e-1},
      {0, 5.0e-1, -6.9314718055994530942e-1},
      {1e-9, 4.999999996010577196e-1, -6.9314718135782987054e-1},
      {0.7, 2.4196365222307302862e-1, -1.4189677615315315793},
      {2, 2.27501319481792072e-2, -3.7831843336820319488},
      {5, 2.8665157187919391167e-7, -1.5064998393988725736e+1},
      {9.999, 7.697185013083595198e-24, -5.3221187552555526995e+1},
      {10, 7.619853024160526066e-24, -5.3231285150512470578e+1},
      {10.001, 7.5432905013199465481e-24, -5.3241383739024036293e+1},
      {15, 3.6709661993127508858e-51, -1.1613138484571169524e+2},
      {30, 4.9067139271481870595e-198, -4.5432124395634319711e+2},
      {37, 5.7255712225245768227e-300, -6.890305855768905936e+2},
      {38, 0, -7.265572160188201301e+2},
      {100, 0, -5.0055242086942050886e+3},
      {1e4, 0, -5.0000010129278915181e+7},
      {1e8, 0, -5.0000000000000193396e+15},
      {1e150, 0, -4.9999999999999998084e+299},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.z);
    check_relative(normal_upper(wanted.z), wanted.upper, 1e-13);
    check_relative(normal_cdf(-wanted.z), wanted.upper, 1e-13);
    check_relative(normal_log_upper(wanted.z), wanted.log_upper, 1e-13);
  }
  CHECK(normal_log_upper(kInfinity) == -kInfinity);
  CHECK(normal_log_upper(-kInfinity) == 0);
  CHECK(std::isnan(normal_log_upper(NAN)));
  CHECK(normal_density(1) == Approx(0.24197072451914335).epsilon(1e-15));
}

TEST_CASE("The normal log tail falls everywhere, also where its formula changes") {
  for (const double border : {-1.0, 10.0}) {
    double before = normal_log_upper(border - 1e-3);
    for (int i = -999; i <= 1000; ++i) {
      const double here = normal_log_upper(border + i * 1e-6);
      CHECK(here < before);
      before = here;
    }
  }
}

TEST_CASE("Student's t tails and their logarithm") {
  const struct {
    double t, dof, upper, log_upper;
  } cases[] = {
      {0.001, 1, 4.9968169021991944105e-1, -6.9378400284838370779e-1},
      {0.5, 0.3, 4.0035539631073878125e-1, -9.1540263557159782974e-1},
      {-3, 2.5, 9.6371195222548407805e-1, -3.6962833767972674383e-2},
      {12.706, 1, 2.5000401179066593952e-2, -3.6888634070800268821},
      {1e6, 1, 3.1830988618368456824e-7, -1.4960240443814007612e+1},
      {1e30, 3, 1.1026577908435840332e-90, -2.0713493493041951164e+2},
      {1e200, 2, 0, -9.2172718437817821886e+2},
      {8.98, 1.000004, 3.5300810906376336987e-2, -3.3438493434547140428},
      {5, 7.25, 7.0560030981767231205e-4, -7.256461614187786245},
      {38, 30, 3.1064986109951276733e-27, -6.1036301267446282161e+1},
      {38, 100, 1.5195158191964642656e-61, -1.4003929892852557081e+2},
      {200, 60, 9.4091219442760296229e-87, -1.9808322345215488934e+2},
      {37, 1000, 8.6503944049565306588e-190, -4.3533356275301562382e+2},
      {60, 1000, 0, -7.6727893372308117281e+2},
      {1000, 1000, 0, -3.4587499570780993334e+3},
      {37, 1e5, 5.9873141217123300361e-298, -6.8438071479436089232e+2},
      {38, 1e6, 0, -7.260357120681091487e+2},
      {67.08, 199998, 0, -2.2300407810542992025e+3},
      {30, 1e9, 4.9077098439837308162e-198, -4.5432104100671269684e+2},
      {37.5, 1e9, 0, -7.0766849423032913149e+2},
      {40, 1e9, 0, -8.0460780121468585023e+2},
      {-37, 1000, 1.0, -8.6503944049565306588e-190},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.t, wanted.dof);
    check_relative(student_t_upper(wanted.t, wanted.dof), wanted.upper, 1e-11);
    check_relative(student_t_cdf(-wanted.t, wanted.dof), wanted.upper, 1e-11);
    check_relative(student_t_log_upper(wanted.t, wanted.dof), wanted.log_upper, 1e-12);
  }
  CHECK(student_t_log_upper(40, kInfinity) == normal_log_upper(40));
  CHECK(student_t_log_upper(kInfinity, 5) == -kInfinity);
  CHECK(student_t_log_upper(-kInfinity, 5) == 0);
  CHECK(student_t_upper(kInfinity, 5) == 0);
  CHECK(student_t_cdf(1.5, kInfinity) == normal_cdf(1.5));
}

TEST_CASE("Chi-square tails") {
  const struct {
    double x, dof, upper;
  } cases[] = {
      {1e-10, 1, 9.9999202115439210433e-1},    {0.5, 0.7, 3.5097529703158327033e-1},
      {3.84, 1, 5.0043521248705103189e-2},     {50, 2, 1.3887943864964020595e-11},
      {1400, 2, 9.8596765437597708567e-305},   {1300, 10, 3.8256535383959194251e-273},
      {1e6, 1e6, 4.9981193680339449952e-1},    {1.01e6, 1e6, 9.0685288232620768642e-13},
      {2000, 500, 5.2244521350503878453e-178},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.x, wanted.dof);
    check_relative(chi_squared_upper(wanted.x, wanted.dof), wanted.upper, 1e-11);
    if (wanted.upper > 0.01 && wanted.upper < 0.99) {
      check_relative(chi_squared_quantile(1 - wanted.upper, wanted.dof), wanted.x, 1e-10);
    }
  }
}

TEST_CASE("F tails") {
  const struct {
    double f, numerator, denominator, upper;
  } cases[] = {
      {0.5, 3, 7.5, 6.9328550218545679574e-1},  {2.26, 4, 25.97, 9.0024476640794112058e-2},
      {100, 2, 30, 5.3814744232917693319e-14},  {50, 5, 1e4, 2.4642166584036413111e-51},
      {300, 1, 1e6, 3.3698150914908027599e-67}, {1e-3, 10, 10, 9.9999999999987504507e-1},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.f, wanted.numerator, wanted.denominator);
    check_relative(f_upper(wanted.f, wanted.numerator, wanted.denominator), wanted.upper, 1e-11);
  }
}

TEST_CASE("Beta tails and quantiles") {
  const struct {
    double x, a, b, cdf, upper;
  } cases[] = {
      {1e-10, 0.5, 0.5, 6.3661977237819168421e-6, 9.9999363380227621808e-1},
      {0.1, 0.5, 0.5, 2.0483276469913345754e-1, 7.9516723530086654246e-1},
      {0.15, 100, 900, 9.9999866178844698397e-1, 1.3382115530160310424e-6},
      {0.2, 100, 900, 9.9999999999999999567e-1, 4.3317933248213567474e-18},
      {0.05, 100, 900, 7.9600468486915125082e-11, 9.9999999992039953151e-1},
      {0.999, 3, 0.2, 6.6854148390108463065e-1, 3.3145851609891536935e-1},
      {0.1005, 1e5, 9e5, 9.5205291918821228762e-1, 4.7947080811787712382e-2},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.x, wanted.a, wanted.b);
    check_relative(beta_cdf(wanted.x, wanted.a, wanted.b), wanted.cdf, 1e-11);
    check_relative(beta_upper(wanted.x, wanted.a, wanted.b), wanted.upper, 1e-11);
    if (wanted.cdf < 0.5) {
      check_relative(beta_quantile(wanted.cdf, wanted.a, wanted.b), wanted.x, 1e-11);
    } else {
      check_relative(beta_upper_quantile(wanted.upper, wanted.a, wanted.b), wanted.x, 1e-11);
    }
  }
}

TEST_CASE("Gamma tails and quantiles") {
  const struct {
    double x, shape, cdf, upper;
  } cases[] = {
      {1e-8, 0.5, 1.1283791633342487067e-4, 9.9988716208366657513e-1},
      {3, 2.5, 6.9378108158672159912e-1, 3.0621891841327840088e-1},
      {700, 3, 1.0, 2.4225323864783194593e-299},
      {1, 100, 3.9812808189568544112e-159, 1.0},
      {1e4, 1e4, 5.0132980833995520038e-1, 4.9867019166004479962e-1},
      {1.05e4, 1e4, 9.9999957241275449404e-1, 4.2758724550596472692e-7},
      {50, 200, 2.0247590148473564259e-57, 1.0},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.x, wanted.shape);
    check_relative(gamma_cdf(wanted.x, wanted.shape), wanted.cdf, 1e-11);
    check_relative(gamma_upper(wanted.x, wanted.shape), wanted.upper, 1e-11);
    if (wanted.cdf < 0.5) {
      check_relative(gamma_quantile(wanted.cdf, wanted.shape), wanted.x, 1e-11);
    } else {
      check_relative(gamma_upper_quantile(wanted.upper, wanted.shape), wanted.x, 1e-11);
    }
  }
}

TEST_CASE("Binomial probabilities and tails") {
  const struct {
    std::int64_t k, n;
    double p, probability, cdf, upper;
  } cases[] = {
      {0, 10, 0.1, 3.4867844009999997849e-1, 3.4867844009999997849e-1, 6.5132155990000002151e-1},
      {10, 10, 0.1, 1.0000000000000005551e-10, 1.0, 0},
      {3, 20, 0.25, 1.3389561519943526946e-1, 2.2515604766431351891e-1, 7.7484395233568648109e-1},
      {5, 1000, 0.2, 9.9118863897680226411e-88, 1.0114153092291936168e-87, 1.0},
      {700, 1000, 0.5, 5.0659882804492606219e-38, 1.0, 3.7668507235258079483e-38},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.k, wanted.n, wanted.p);
    check_relative(binomial_probability(wanted.k, wanted.n, wanted.p), wanted.probability, 1e-11);
    check_relative(binomial_cdf(wanted.k, wanted.n, wanted.p), wanted.cdf, 1e-11);
    check_relative(binomial_upper(wanted.k, wanted.n, wanted.p), wanted.upper, 1e-11);
  }
  CHECK(binomial_cdf(-1, 5, 0.3) == 0);
  CHECK(binomial_upper(-1, 5, 0.3) == 1);
}

TEST_CASE("Poisson probabilities and tails") {
  const struct {
    std::int64_t k;
    double mean, probability, cdf, upper;
  } cases[] = {
      {0, 0.5, 6.065306597126334236e-1, 6.065306597126334236e-1, 3.934693402873665764e-1},
      {3, 2.5, 2.1376301724973644575e-1, 7.5757613313306596375e-1, 2.4242386686693403625e-1},
      {200, 3, 1.6767907061919229797e-281, 1.0, 2.5403985866806648018e-283},
      {5, 200, 3.6903907379646334151e-78, 3.784523657876468176e-78, 1.0},
      {1000, 1000, 1.2614611348721499718e-2, 5.0840936716850599121e-1, 4.9159063283149400879e-1},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.k, wanted.mean);
    check_relative(poisson_probability(wanted.k, wanted.mean), wanted.probability, 1e-11);
    check_relative(poisson_cdf(wanted.k, wanted.mean), wanted.cdf, 1e-11);
    check_relative(poisson_upper(wanted.k, wanted.mean), wanted.upper, 1e-11);
  }
  CHECK(poisson_cdf(-1, 2) == 0);
  CHECK(poisson_upper(-1, 2) == 1);
}

TEST_CASE("Noncentral t tails") {
  const struct {
    double t, dof, noncentrality, cdf, upper;
  } cases[] = {
      {2, 10, 1, 8.0761156253037526203e-1, 1.9238843746962473797e-1},
      {1.98, 126, 2.8, 2.0679036117295578425e-1, 7.9320963882704421575e-1},
      {-1, 5, 0.5, 8.2444091056723458307e-2, 9.1755590894327654169e-1},
      {0, 8, 1.2, 1.1506967022170827665e-1, 8.8493032977829172335e-1},
      {6, 20, 2, 9.9827740604164362421e-1, 1.7225939583563757921e-3},
  };
  for (const auto& wanted : cases) {
    CAPTURE(wanted.t, wanted.dof, wanted.noncentrality);
    check_relative(noncentral_t_cdf(wanted.t, wanted.dof, wanted.noncentrality), wanted.cdf, 1e-10);
    check_relative(noncentral_t_upper(wanted.t, wanted.dof, wanted.noncentrality), wanted.upper,
                   1e-10);
  }
}

TEST_CASE("Normal and t quantiles") {
  const struct {
    double p, z;
  } normal[] = {
      {1e-300, 3.7047096299361199237e+1}, {1e-100, 2.1273453560965324294e+1},
      {1e-20, 9.2623400897984075796},     {0.001, 3.0902323061678135354},
      {0.025, 1.9599639845400542118},     {0.9, -1.2815515655446005935},
      {0.999999, -4.7534243088170877657},
  };
  for (const auto& wanted : normal) {
    CAPTURE(wanted.p);
    check_relative(normal_upper_quantile(wanted.p), wanted.z, 1e-13);
    check_relative(normal_quantile(wanted.p), -wanted.z, 1e-13);
  }
  CHECK(std::abs(normal_quantile(0.5)) < 1e-15);
  CHECK(normal_quantile(0) == -kInfinity);
  CHECK(normal_quantile(1) == kInfinity);
  const struct {
    double p, dof, t;
  } student[] = {
      {1e-200, 10, 2.5645257189481978326e+20}, {1e-10, 3, 2.2257692846830931927e+3},
      {0.025, 1.2, 8.6488265107488729426},     {0.025, 100, 1.9839715185235522621},
      {0.005, 1e6, 2.5758342201053341471},     {1e-12, 1e9, 7.0344839140832876302},
  };
  for (const auto& wanted : student) {
    CAPTURE(wanted.p, wanted.dof);
    check_relative(student_t_upper_quantile(wanted.p, wanted.dof), wanted.t, 1e-11);
  }
  CHECK(student_t_upper_quantile(0, 3) == kInfinity);
  CHECK(student_t_upper_quantile(1, 3) == -kInfinity);
  CHECK(student_t_upper_quantile(0.025, kInfinity) == normal_upper_quantile(0.025));
}

}  // namespace converge::stats
