#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "xqs/detail/dictionary.hpp"
#include "xqs/detail/quoted.hpp"
#include "xqs/error.hpp"
#include "xqs/model/answer_points.hpp"
#include "xqs/model/definition_check.hpp"
#include "xqs/model/definition_file.hpp"
#include "xqs/model/fingerprint.hpp"

namespace xqs {

/// The complete, checked, immutable rule set of one score. Copies are cheap to share by reference;
/// all members may be called from many threads at once.
class definition {
 public:
  /// Errors: errc::invalid_definition, the message beginning with the JSON path of what is wrong.
  explicit definition(definition_file file) : file_(std::move(file)) {
    detail::check(file_);
    const auto requirement = detail::at_path("$.requirement", scale_values, file_.requirement);
    const auto satisfaction = detail::at_path("$.satisfaction", scale_values, file_.satisfaction);
    grid_ = detail::at_path("$", common_grid, requirement, satisfaction);
    requirement_.emplace(requirement, grid_, file_.missing);
    satisfaction_.emplace(satisfaction, grid_, file_.missing);
    for (const item& i : file_.items) ids_.intern(i.id);
    tally_fingerprint_ = fingerprint::of(tally_canonical_json(file_));
    fingerprint_ = fingerprint::of(canonical_json());
  }

  [[nodiscard]] const definition_file& file() const { return file_; }
  [[nodiscard]] const std::vector<item>& items() const { return file_.items; }
  [[nodiscard]] std::string canonical_json() const {
    return xqs::canonical_json(file_, interval());
  }
  /// Covers everything; travels with every score.
  [[nodiscard]] const xqs::fingerprint& fingerprint() const { return fingerprint_; }
  /// Covers what changes a tally; states of different ones do not merge.
  [[nodiscard]] const xqs::fingerprint& tally_fingerprint() const { return tally_fingerprint_; }
  /// "ceqs@2026.1"
  [[nodiscard]] std::string label() const { return file_.name + "@" + file_.version; }
  /// "ceqs@2026.1#" and the fingerprint in hex.
  [[nodiscard]] std::string provenance() const { return label() + "#" + fingerprint_.hex(); }

  [[nodiscard]] interval_method interval() const {
    return file_.interval.value_or(file_.estimator == estimator::pooled ? interval_method::fieller
                                                                        : interval_method::delta);
  }
  /// Points per unit of value: a score is a ratio of points, so it does not depend on the grid.
  [[nodiscard]] std::int64_t grid() const { return grid_; }
  [[nodiscard]] bool weighted() const { return file_.weight_places > 0; }

  /// A weight as an integer of 10^-weight_places; empty if it is negative or has more places.
  [[nodiscard]] std::optional<std::int64_t> weight_units(decimal weight) const {
    std::int64_t unit = decimal::one;  // in millionths
    for (int place = 0; place < file_.weight_places; ++place) unit /= 10;
    if (weight < decimal() || weight.millionths() % unit != 0) return std::nullopt;
    return weight.millionths() / unit;
  }

  /// Position of an item in items(), if it is one. O(length of `id`).
  [[nodiscard]] std::optional<std::size_t> find_item(std::string_view id) const {
    const std::uint32_t number = ids_.find(id);
    if (number == detail::dictionary::none) return std::nullopt;
    return number;
  }

  /// Whether an item is outside a definition that rejects such items.
  [[nodiscard]] bool rejects(std::string_view item) const {
    return file_.extra_items == extra_items::reject && !find_item(item);
  }
  [[nodiscard]] error unknown_item(const std::string& item) const {
    std::string known;
    for (std::size_t i = 0; i < file_.items.size() && i < 30; ++i)
      known += (i == 0 ? "" : ", ") + file_.items[i].id;
    return {-1, "item", item,
            "item " + detail::in_quotes(item) + " is not one of definition " + label() + ": " +
                known + (file_.items.size() > 30 ? ", ..." : "")};
  }

  /// One answer in points; an empty code is no answer.
  ///
  /// Errors: errc::invalid_data naming column, value and the allowed codes.
  [[nodiscard]] answer_points points(std::optional<decimal> requirement,
                                     std::optional<decimal> satisfaction) const {
    const detail::code_meaning r = meaning("requirement", *requirement_, requirement);
    const detail::code_meaning s = meaning("satisfaction", *satisfaction_, satisfaction);
    if (r.excluded) return {r.excluded};
    if (r.points == 0 && file_.zero_requirement == zero_requirement::exclude)
      return {exclusion::zero_requirement};
    if (s.excluded) return {s.excluded};
    const bool cap = file_.over_fulfilment == over_fulfilment::cap;
    return {{}, r.points, cap ? (std::min)(s.points, r.points) : s.points};
  }

  /// The error for a code that is neither on the scale nor declared missing.
  [[nodiscard]] error off_scale(const std::string& column, const std::string& value) const {
    const bool is_requirement = column == "requirement";
    std::string missing;
    for (const auto& [code, kind] : file_.missing)
      missing += (missing.empty() ? " (missing: " : ", ") + code.text();
    if (!missing.empty()) missing += ")";
    return {-1, column, value,
            column + " " + detail::in_quotes(value) + " is not on the scale " +
                describe(is_requirement ? file_.requirement : file_.satisfaction) + missing +
                " of definition " + label() +
                (decimal::parse(value) ? "; declare it under \"missing\" or fix the row"
                                       : "; an answer that is missing is empty or NA")};
  }

 private:
  [[nodiscard]] detail::code_meaning meaning(const char* column, const detail::code_table& codes,
                                             std::optional<decimal> code) const {
    if (!code) return {exclusion::no_answer};
    const detail::code_meaning* found = codes.find(*code);
    if (found == nullptr) throw off_scale(column, code->text());
    return *found;
  }

  definition_file file_;
  std::int64_t grid_ = 1;
  std::optional<detail::code_table> requirement_;
  std::optional<detail::code_table> satisfaction_;
  detail::dictionary ids_;  // of the items, numbered as in items()
  xqs::fingerprint fingerprint_;
  xqs::fingerprint tally_fingerprint_;
};

}  // namespace xqs
