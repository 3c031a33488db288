#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handles.hpp"
#include "structs.hpp"
#include "xqs/model/answer_points.hpp"
#include "xqs/tally/tally.hpp"

namespace xqs::c {

/// What is said of an xqs_answers in its call.
inline constexpr std::size_t least_answers_size = sizeof(xqs_answers);

/// Answers in the arrays of a caller, read under a definition.
class answer_rows {
 public:
  /// Errors: argument_error for arrays that are missing or contradict each other.
  answer_rows(const shared_definition& d, const xqs_answers* from, const argument& which);

  [[nodiscard]] std::uint64_t unit_count() const { return from_.unit_count; }
  [[nodiscard]] std::string_view unit_kind() const { return unit_kind_; }
  [[nodiscard]] bool has_unit_kind() const { return from_.unit_kind != nullptr; }

  struct range {
    std::uint64_t begin;
    std::uint64_t end;
  };
  /// The answers of a unit.
  [[nodiscard]] range answers_of(std::uint64_t unit) const {
    if (from_.offsets == nullptr) return {unit, unit + 1};
    return {from_.offsets[unit], from_.offsets[unit + 1]};
  }
  /// The position of the item of an answer. Errors: errc::invalid_data with the row.
  [[nodiscard]] std::uint32_t item(std::uint64_t answer) const {
    const std::uint32_t item = from_.items[answer];
    if (item >= shared_.rules().items().size()) refuse_item(answer);
    return item;
  }
  /// Its points, weighted. Errors: errc::invalid_data with the row; errc::overflow.
  [[nodiscard]] answer_points points(std::uint64_t answer) const {
    const answer_points* known =
        plain_ ? shared_.codes().find(from_.requirement[answer], from_.satisfaction[answer])
               : nullptr;
    return known != nullptr ? *known : checked_points(answer);
  }

 private:
  [[noreturn]] void refuse_item(std::uint64_t answer) const;
  [[nodiscard]] answer_points checked_points(std::uint64_t answer) const;
  [[nodiscard]] std::optional<decimal> code(const char* column, const double* codes,
                                            const std::uint8_t* valid, std::uint64_t answer) const;
  [[nodiscard]] std::int64_t weight(std::uint64_t answer) const;

  const shared_definition& shared_;
  xqs_answers from_;
  std::string_view unit_kind_ = "respondent";
  bool plain_ = false;  ///< neither bitmaps nor weights
};

/// The totals of one unit in the columns of a layout, ascending by column. Reused from unit to
/// unit.
class unit_reader {
 public:
  unit_reader(const shared_definition& d, const image_layout& layout, const answer_rows& rows);

  /// Errors: those of `answer_rows::points`; errc::overflow.
  [[nodiscard]] std::span<const unit_part> operator()(std::uint64_t unit);

 private:
  void read_pooled(const answer_rows::range& answers);
  void read_profile(const answer_rows::range& answers);

  const shared_definition& shared_;
  const answer_rows& rows_;
  bool pooled_;
  unit_part only_{0, {}};
  std::vector<unit_part> parts_;
};

}  // namespace xqs::c
