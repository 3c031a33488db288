#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xqs/model/choice.hpp"
#include "xqs/model/decimal.hpp"
#include "xqs/model/item.hpp"
#include "xqs/model/scale.hpp"

namespace xqs {

enum class estimator { pooled, item_mean, respondent_mean };
enum class interval_method { fieller, delta };
enum class zero_requirement { exclude, keep };  ///< an answer without requirement: left out, or not
enum class over_fulfilment { count, cap };      ///< satisfaction above requirement: whole, or cut
enum class extra_items { reject, allow };       ///< items outside the definition
enum class confidentiality { anonymous, identified };
enum class missing_value { no_answer, not_applicable };

/// A named range of scores: above the edge of the band before it, up to and including `to`.
struct band {
  std::string id;
  std::optional<decimal> to = {};  ///< upper edge in per cent; the last band has none
  localized title = {};
};

/// The bands of CEQS.
[[nodiscard]] inline std::vector<band> default_bands() {
  return {
      {"insufficient", decimal(40), {{"en", "Insufficient"}, {"de", "Unzureichend"}}},
      {"borderline", decimal(60), {{"en", "Borderline"}, {"de", "Grenzwertig"}}},
      {"largely_meets_requirements",
       decimal(80),
       {{"en", "Largely meets requirements"}, {"de", "Anforderungen weitgehend erfüllt"}}},
      {"best_practice", {}, {{"en", "Best practice"}, {"de", "Best Practice"}}},
  };
}

/// What a definition file says, as plain values; `definition` checks it and makes it usable.
struct definition_file {
  std::string name;
  std::string version;
  scale requirement = rating{};
  scale satisfaction = rating{};
  std::vector<item> items = {};

  localized title = {};
  std::map<decimal, missing_value> missing = {};
  xqs::extra_items extra_items = xqs::extra_items::reject;
  xqs::estimator estimator = xqs::estimator::pooled;
  std::optional<interval_method> interval = {};  ///< empty: fieller for pooled, else delta
  decimal level = 0.95;                          ///< of the interval, in (0, 1)
  xqs::zero_requirement zero_requirement = xqs::zero_requirement::exclude;
  xqs::over_fulfilment over_fulfilment = xqs::over_fulfilment::count;
  int weight_places = 0;  ///< decimal places of a weight, 0 (no weights) to 6
  xqs::confidentiality confidentiality = xqs::confidentiality::anonymous;
  int minimum_respondents = 5;  ///< fewer are not shown (anonymous only)
  int minimum_for_verdict = 10;
  std::vector<band> bands = default_bands();
};

template <>
inline constexpr std::array<std::string_view, 3> choice_names<estimator> = {"pooled", "item_mean",
                                                                            "respondent_mean"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<interval_method> = {"fieller",
                                                                                  "delta"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<zero_requirement> = {"exclude",
                                                                                   "keep"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<over_fulfilment> = {"count", "cap"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<extra_items> = {"reject", "allow"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<confidentiality> = {"anonymous",
                                                                                  "identified"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<missing_value> = {"no_answer",
                                                                                "not_applicable"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<scale_origin> = {"zero", "raw"};
template <>
inline constexpr std::array<std::string_view, 2> choice_names<best_end> = {"max", "min"};

}  // namespace xqs
