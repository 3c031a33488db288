#include "answers.hpp"

#include <algorithm>
#include <cmath>

#include "xqs/detail/number_text.hpp"

namespace xqs::c {
namespace {

error at_row(std::uint64_t row, const error& e) {
  return {static_cast<std::int64_t>(row), e.column(), e.value(), e.what()};
}

void require_array(const void* array, const argument& which, const char* member) {
  if (array == nullptr) throw which.wrong(std::string("has no ") + member);
}

}  // namespace

answer_rows::answer_rows(const shared_definition& d, const xqs_answers* from, const argument& which)
    : shared_(d), from_(struct_in(from, least_answers_size, which)) {
  require_flags(from_.flags, 0, which);
  plain_ = from_.requirement_valid == nullptr && from_.satisfaction_valid == nullptr &&
           from_.weight == nullptr;
  if (from_.unit_kind != nullptr)
    unit_kind_ = text_in(from_.unit_kind, from_.unit_kind_size, which);
  for (std::uint64_t u = 0; from_.offsets != nullptr && u < from_.unit_count; ++u)
    if (from_.offsets[u] > from_.offsets[u + 1])
      throw which.wrong("has offsets that fall behind unit " + std::to_string(u));
  if (from_.unit_count == 0 || answers_of(0).begin == answers_of(from_.unit_count - 1).end) return;
  require_array(from_.items, which, "items");
  require_array(from_.requirement, which, "requirement");
  require_array(from_.satisfaction, which, "satisfaction");
  if ((from_.weight != nullptr) != d.rules().weighted())
    throw which.wrong(d.rules().weighted() ? "has no weight, which the definition wants"
                                           : "has weights, for which the definition has no places");
}

void answer_rows::refuse_item(std::uint64_t answer) const {
  const std::string value = std::to_string(from_.items[answer]);
  throw error(static_cast<std::int64_t>(answer), "item", value,
              "item " + value + " is not a number of an item; definition " +
                  shared_.rules().label() + " has " +
                  std::to_string(shared_.rules().items().size()) + ", the first of which is 0");
}

std::optional<decimal> answer_rows::code(const char* column, const double* codes,
                                         const std::uint8_t* valid, std::uint64_t answer) const {
  if (valid != nullptr && (valid[answer / 8] >> (answer % 8) & 1) == 0) return std::nullopt;
  const double number = codes[answer];
  if (std::isnan(number)) return std::nullopt;
  const std::optional<decimal> exact = decimal::from(number);
  if (!exact) throw shared_.rules().off_scale(column, detail::shortest(number));
  return exact;
}

std::int64_t answer_rows::weight(std::uint64_t answer) const {
  const double number = from_.weight[answer];
  const std::optional<decimal> exact = decimal::from(number);
  const auto units = exact ? shared_.rules().weight_units(*exact) : std::nullopt;
  if (units) return *units;
  const std::string text = detail::shortest(number);
  throw error(static_cast<std::int64_t>(answer), "weight", text,
              "weight \"" + text + "\" is not a decimal of at least 0 and at most " +
                  std::to_string(shared_.rules().file().weight_places) + " places, as definition " +
                  shared_.rules().label() + " wants (weight_places)");
}

answer_points answer_rows::checked_points(std::uint64_t answer) const {
  try {
    const answer_points once = shared_.rules().points(
        code("requirement", from_.requirement, from_.requirement_valid, answer),
        code("satisfaction", from_.satisfaction, from_.satisfaction_valid, answer));
    return from_.weight == nullptr ? once : weighted(once, weight(answer));
  } catch (const error& e) {
    if (e.code() != errc::invalid_data) throw;
    throw at_row(answer, e);
  }
}

unit_reader::unit_reader(const shared_definition& d, const image_layout& layout,
                         const answer_rows& rows)
    : shared_(d), rows_(rows), pooled_(d.is_pooled(layout)) {}

std::span<const unit_part> unit_reader::operator()(std::uint64_t unit) {
  const answer_rows::range answers = rows_.answers_of(unit);
  if (pooled_) {
    read_pooled(answers);
    return {&only_, 1};
  }
  read_profile(answers);
  return parts_;
}

void unit_reader::read_pooled(const answer_rows::range& answers) {
  only_.totals = {};
  for (std::uint64_t a = answers.begin; a < answers.end; ++a) {
    (void)rows_.item(a);
    add_totals(only_.totals, unit_totals(rows_.points(a)));
  }
}

void unit_reader::read_profile(const answer_rows::range& answers) {
  parts_.clear();
  for (std::uint64_t a = answers.begin; a < answers.end; ++a)
    parts_.push_back({shared_.profile_column(rows_.item(a)), unit_totals(rows_.points(a))});
  const auto before = [](const unit_part& a, const unit_part& b) { return a.column < b.column; };
  if (!std::is_sorted(parts_.begin(), parts_.end(), before))
    std::stable_sort(parts_.begin(), parts_.end(), before);
  std::size_t last = 0;  // what belongs to one column is summed
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    if (parts_[i].column == parts_[last].column)
      add_totals(parts_[last].totals, parts_[i].totals);
    else
      parts_[++last] = parts_[i];
  }
  parts_.resize((std::min)(parts_.size(), last + 1), unit_part{});
}

}  // namespace xqs::c
