#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "xqs/model/definition_file.hpp"
#include "xqs/score/moments.hpp"

namespace xqs {

/// Whether a ratio is at most `edge` per cent, compared as integers: 100 Y <= edge X.
///
/// Respondents' quotients are integers rounded by up to one half each; a mean that reaches the edge
/// within that rounding counts as reaching it.
[[nodiscard]] inline bool at_most(const ratio_moments& m, decimal edge) {
  const auto x = m.x.limbs(), y = m.y.limbs();
  const bool few_bits = (x[1] | y[1] | (x[0] | y[0]) >> 36) == 0 && !m.rounded;
  if (few_bits && edge >= decimal() && edge.millionths() >> 28 == 0)  // in words, as mostly
    return y[0] * static_cast<std::uint64_t>(100 * decimal::one) <=
           x[0] * static_cast<std::uint64_t>(edge.millionths());
  const int192 doubled = int192(m.y) + m.y - (m.rounded ? int192(m.units) : int192());
  return wide_int<256>(doubled * (100 * decimal::one)) <=
         wide_int<256>(m.x * (2 * edge.millionths()));
}

/// Whether a mean of ratios is at most `edge` per cent. Sums of fractions are not exact in doubles,
/// so what differs from the edge by less than 1e-12 of it counts as reaching it.
[[nodiscard]] inline bool at_most(double ratio, decimal edge) {
  return 100 * ratio <= edge.value() * (1 + 1e-12);
}

/// Position of the band that holds a ratio; the upper edge belongs to the lower band.
template <typename Ratio>
[[nodiscard]] std::size_t band_of(const Ratio& ratio, const std::vector<band>& bands) {
  std::size_t i = 0;
  while (bands[i].to && !at_most(ratio, *bands[i].to)) ++i;
  return i;
}

/// Confidence at the lower and at the upper edge of a band: C(lower) and C(upper).
struct band_edges {
  double lower = 0;
  double upper = 1;
};

/// C at the edges of one band, from the confidence distribution; else as `edge_confidences`.
template <typename ConfidenceAt>
[[nodiscard]] band_edges edges_of(std::size_t band, const std::vector<xqs::band>& bands,
                                  ConfidenceAt confidence_at) {
  band_edges edges;
  if (band > 0) edges.lower = confidence_at(bands[band - 1].to->value() / 100);
  if (band + 1 < bands.size()) edges.upper = confidence_at(bands[band].to->value() / 100);
  return edges;
}

/// C at the edges of every band, from the confidence distribution `confidence_at(ratio)`; 0 below
/// the first and 1 above the last band.
template <typename ConfidenceAt>
[[nodiscard]] std::vector<band_edges> edge_confidences(const std::vector<band>& bands,
                                                       ConfidenceAt confidence_at) {
  std::vector<band_edges> edges(bands.size());
  for (std::size_t i = 0; i + 1 < bands.size(); ++i) {
    edges[i].upper = confidence_at(bands[i].to->value() / 100);
    edges[i + 1].lower = edges[i].upper;
  }
  return edges;
}

}  // namespace xqs
