#pragma once

/// Beta and Gamma densities on the scale on which they are smooth and log-concave, however small
/// their shapes: the logit and the logarithm. Each is measured from its mean there, t = 0, where
/// its log density is 0; it is not normalised.
/// Output   log_density to a few ulp also for shapes of 1e12: first-order terms cancel
///          analytically.
/// Source   change of variable; ln(1 + x) - x by Boost.Math.
/// Checked  with tabulated_posterior.
namespace converge::stats {

class LogitBeta {
 public:
  LogitBeta(double alpha, double beta);
  double mean() const { return alpha_ / (alpha_ + beta_); }
  double width() const;  ///< standard deviation by the curvature at the mode
  double log_density(double t) const;
  double value(double t) const;  ///< the probability at t
  double slope(double t) const;  ///< d value / dt
  /// logit(mean of this) - logit(mean of other), exact where they are close.
  double distance_from(const LogitBeta& other) const;

 private:
  double alpha_;
  double beta_;
};

class LogGamma {
 public:
  LogGamma(double shape, double rate);
  double mean() const { return mean_; }
  double width() const;
  double log_density(double t) const;
  double value(double t) const;
  double slope(double t) const { return value(t); }
  double distance_from(const LogGamma& other) const;

 private:
  double shape_;
  double mean_;
};

/// The negative of a Gamma variable, t mirrored with it: for the smallest of several.
class NegativeLogGamma {
 public:
  NegativeLogGamma(double shape, double rate) : positive_(shape, rate) {}
  double mean() const { return -positive_.mean(); }
  double width() const { return positive_.width(); }
  double log_density(double t) const { return positive_.log_density(-t); }
  double value(double t) const { return -positive_.value(-t); }
  double slope(double t) const { return positive_.slope(-t); }
  double distance_from(const NegativeLogGamma& other) const {
    return other.positive_.distance_from(positive_);
  }

 private:
  LogGamma positive_;
};

}  // namespace converge::stats
