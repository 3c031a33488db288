#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "cli/plain_cell.hpp"
#include "cli/show.hpp"
#include "xqs/detail/quoted.hpp"

namespace xqs::cli {
namespace {

/// Rows of a result by column name, for people.
class text_view {
 public:
  text_view(const table& t, const definition& d, std::string_view question, bool colour)
      : table_(t),
        rows_(t.rows.begin(), t.rows.end()),
        definition_(d),
        question_(question),
        colour_(colour) {
    const std::string_view first = first_result();
    for (const table::heading& heading : t.columns) {
      if (heading.name == first) break;
      const std::size_t i = columns_.size();
      columns_.push_back({detail::printable(heading.name, ' '),
                          [i](const row& r) { return plain(r[i]); },
                          heading.type == column_type::integer});
    }
    if (question == "compare")
      add_comparison_columns();
    else if (question == "drivers")
      add_driver_columns();
    else if (question == "explain")
      add_explanation_columns();
    else if (question == "timeline")
      add_timeline_columns();
    else if (question == "rank")
      add_rank_columns();
    else if (question == "watch")
      add_watch_columns();
    else
      add_score_columns();
  }

  [[nodiscard]] std::string render() const {
    std::vector<std::vector<std::string>> lines(1);
    for (const shown_column& column : columns_) lines[0].push_back(column.heading);
    for (const row& r : rows_) {
      lines.emplace_back();
      for (const shown_column& column : columns_) lines.back().push_back(column.text(r));
    }
    return title() + aligned(lines) + excluded() + notes() + provenance();
  }

 private:
  using row = std::vector<cell>;
  struct shown_column {
    std::string heading;
    std::function<std::string(const row&)> text;
    bool is_number;
    bool is_band = false;
  };

  /// The first column that is not printed as it is.
  [[nodiscard]] std::string_view first_result() const {
    if (question_ == "drivers") return "requirement";
    if (question_ == "explain") return "contribution";
    return question_ == "compare" && has("score_before") ? "score_before" : "score";
  }

  void add_score_columns() {
    add_number("score", "score");
    add_interval();
    add_count("respondents");
    add_count("answers");
    if (has("touchpoints")) {
      add_count("touchpoints");
      add_number("response_rate", "response %");
    }
    columns_.push_back({"band", [this](const row& r) { return band(r); }, false, true});
    add_flags();
  }

  void add_comparison_columns() {
    const bool of_periods = has("score_before");
    add_number(of_periods ? "score_before" : "score", of_periods ? "score before" : "score");
    add_number(of_periods ? "score_after" : "score_other", of_periods ? "after" : "other");
    add_formatted("change", "change", "{:+.1f}");
    add_interval();
    add_probability("p", "p");
    if (rows_.size() > 1) add_probability("p_holm", "p (Holm)");
    add_words("verdict");
    add_count("needed_respondents", "needed");
    add_count(of_periods ? "respondents_before" : "respondents_after", "respondents");
    add_count(of_periods ? "respondents_after" : "respondents_before",
              of_periods ? "after" : "other");
    add_flags();
  }

  void add_driver_columns() {
    add_formatted("requirement", "requirement", "{:.2f}");
    add_formatted("satisfaction", "satisfaction", "{:.2f}");
    add_number("score", "score");
    add_interval();
    add_share("gap_share", "gap share %");
    add_words("quadrant");
    add_share("confidence", "confidence %");
    add_count("respondents");
    add_flags();
  }

  void add_explanation_columns() {
    add_formatted("contribution", "contribution", "{:+.1f}");
    add_number("std_error", "std. error");
    add_flags();
  }

  void add_rank_columns() {
    add_number("score", "score");
    add_interval();
    add_count("rank");
    columns_.push_back({"rank interval",
                        [this](const row& r) {
                          return value<std::int64_t>(r, "rank")
                                     ? count(r, "rank_low") + " to " + count(r, "rank_high")
                                     : "-";
                        },
                        true});
    add_count("tier");
    add_number("shrunken", "shrunken");
    add_words("funnel");
    add_count("respondents");
    add_flags();
  }

  void add_watch_columns() {
    add_number("score", "score");
    columns_.push_back({"anytime range", [this](const row& r) { return interval(r); }, true});
    add_formatted("evidence_good", "evidence good", "{:.3g}");
    add_formatted("evidence_bad", "evidence bad", "{:.3g}");
    add_words("verdict");
    add_count("respondents");
    add_flags();
  }

  void add_timeline_columns() {
    columns_.push_back({"score",
                        [this](const row& r) {
                          return value<std::int64_t>(r, "answers") == 0 ? "no feedback"
                                                                        : number(r, "score");
                        },
                        true});
    add_count("answers");
    add_number("contribution", "contribution");
    add_flags();
  }

  void add_number(const std::string& name, const std::string& heading) {
    columns_.push_back({heading, [this, name](const row& r) { return number(r, name); }, true});
  }
  void add_formatted(const std::string& name, const std::string& heading, const char* format) {
    columns_.push_back({heading,
                        [this, name, format](const row& r) {
                          const auto found = value<double>(r, name);
                          return found ? fmt::format(fmt::runtime(format), *found) : "-";
                        },
                        true});
  }
  /// 0 to 1, in per cent.
  void add_share(const std::string& name, const std::string& heading) {
    columns_.push_back({heading,
                        [this, name](const row& r) {
                          const auto found = value<double>(r, name);
                          return found ? fmt::format("{:.0f}", 100 * *found) : "-";
                        },
                        true});
  }
  void add_probability(const std::string& name, const std::string& heading) {
    columns_.push_back(
        {heading, [this, name](const row& r) { return probability(r, name); }, true});
  }
  void add_words(const std::string& name) {
    columns_.push_back({name, [this, name](const row& r) { return words(r, name); }, false});
  }
  void add_interval() {
    columns_.push_back({fmt::format("{} % interval", 100 * definition_.file().level.value()),
                        [this](const row& r) { return interval(r); }, true});
  }
  void add_count(const std::string& name) { add_count(name, name); }
  void add_count(const std::string& name, const std::string& heading) {
    columns_.push_back({heading, [this, name](const row& r) { return count(r, name); }, true});
  }
  void add_flags() {
    columns_.push_back(
        {"flags", [this](const row& r) { return joined(*value<flag_names>(r, "flags"), ", "); },
         false});
  }

  static std::string plain(const cell& c) {
    const bool null = std::holds_alternative<std::monostate>(c);
    return null ? "-" : detail::printable(std::visit(plain_cell{}, c), ' ');
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return std::any_of(table_.columns.begin(), table_.columns.end(),
                       [&](const table::heading& heading) { return heading.name == name; });
  }
  /// The last column of a name: those of the result stand behind the groups.
  [[nodiscard]] const cell& at(const row& r, std::string_view name) const {
    std::size_t i = table_.columns.size() - 1;
    while (table_.columns[i].name != name) --i;
    return r[i];
  }
  template <typename Value>
  [[nodiscard]] std::optional<Value> value(const row& r, std::string_view name) const {
    const auto* found = std::get_if<Value>(&at(r, name));
    return found != nullptr ? std::optional(*found) : std::nullopt;
  }
  [[nodiscard]] std::string number(const row& r, std::string_view name) const {
    const auto found = value<double>(r, name);
    return found ? fmt::format("{:.1f}", *found) : "-";
  }
  [[nodiscard]] std::string count(const row& r, std::string_view name) const {
    const auto found = value<std::int64_t>(r, name);
    return found ? std::to_string(*found) : "-";
  }

  [[nodiscard]] std::string probability(const row& r, std::string_view name) const {
    const auto found = value<double>(r, name);
    if (!found) return "-";
    return *found < 0.0005 ? "<0.001" : fmt::format("{:.3f}", *found);
  }
  /// The name of a choice, to read.
  [[nodiscard]] std::string words(const row& r, std::string_view name) const {
    std::string found = value<std::string>(r, name).value_or("-");
    std::replace(found.begin(), found.end(), '_', ' ');
    return found;
  }

  /// Of a timeline a note says it; choices have one each.
  [[nodiscard]] std::string provenance() const {
    if (question_ == "timeline") return "";
    if (has("estimator"))
      return fmt::format("definition {} and its variants, whose fingerprints csv and json have\n",
                         definition_.label());
    return fmt::format("definition {}\n", definition_.provenance());
  }

  [[nodiscard]] std::string title() const {
    const localized& titles = definition_.file().title;
    const auto english = titles.find("en");
    const std::string_view how =
        has("estimator") ? "choices side by side" : name_of(definition_.file().estimator);
    return fmt::format(
        "{}: satisfaction in % of the requirement ({})\n\n",
        english != titles.end() ? detail::printable(english->second, ' ') : definition_.file().name,
        how);
  }

  [[nodiscard]] std::string interval(const std::vector<cell>& row) const {
    if (value<double>(row, "ci_low"))
      return number(row, "ci_low") + " to " + number(row, "ci_high");
    if (question_ != "score") return "-";
    return value<std::string>(row, "interval_kind").value_or("-");
  }

  [[nodiscard]] std::string band(const std::vector<cell>& row) const {
    const auto id = value<std::string>(row, "band");
    if (!id) return "-";
    std::string words = *id;
    for (const auto& b : definition_.file().bands)
      if (const auto english = b.title.find("en"); b.id == *id && english != b.title.end())
        words = detail::printable(english->second, ' ');
    if (*value<bool>(row, "confirmed")) return words + ", confirmed";
    const auto confidence = value<double>(row, "confidence");
    return confidence ? fmt::format("{}, confidence {:.0f} %", words, 100 * *confidence) : words;
  }

  [[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& lines) const {
    std::vector<std::size_t> widths(lines.front().size());
    for (const auto& texts : lines)
      for (std::size_t i = 0; i < texts.size(); ++i)
        widths[i] = std::max(widths[i], width(texts[i]));
    std::string out;
    for (std::size_t l = 0; l < lines.size(); ++l) {
      std::string row;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string gap(widths[i] - width(lines[l][i]), ' ');
        row += columns_[i].is_number ? gap + lines[l][i] + "  "
                                     : painted(l, i, lines[l][i]) + gap + "  ";
      }
      out += row.substr(0, row.find_last_not_of(' ') + 1) + '\n';
    }
    return out;
  }

  /// Columns on a terminal: UTF-8 continuation bytes take none.
  [[nodiscard]] static std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u;
    }));
  }

  /// The band in red (lowest), yellow, blue or green (highest).
  [[nodiscard]] std::string painted(std::size_t line, std::size_t column,
                                    const std::string& text) const {
    if (!colour_ || line == 0 || !columns_[column].is_band) return text;
    const auto id = value<std::string>(rows_[line - 1], "band");
    const auto& bands = definition_.file().bands;
    for (std::size_t i = 0; id && i < bands.size(); ++i) {
      if (bands[i].id != *id) continue;
      const int colour = i == 0 ? 31 : i + 1 == bands.size() ? 32 : i + 2 == bands.size() ? 34 : 33;
      return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
    }
    return text;
  }

  /// What the words in the place of an interval mean, and what the engine has to say.
  [[nodiscard]] std::string notes() const {
    constexpr std::pair<std::string_view, std::string_view> kinds[] = {
        {"none", "no interval: fewer than two units"},
        {"exclusive", "no bounded interval: the requirement may be zero, there are too few data"},
        {"unbounded", "no bounded interval: every score is compatible with the data"},
        {"degenerate", "no interval: all answers agree, so the uncertainty is unknown"}};
    std::string out;
    for (const auto& [kind, meaning] : kinds) {
      if (question_ != "score") break;
      const std::string wanted(kind);
      const auto is_wanted = [&](const auto& row) {
        return value<std::string>(row, "interval_kind") == wanted;
      };
      if (std::any_of(rows_.begin(), rows_.end(), is_wanted))
        out += fmt::format("{}: {}\n", kind, meaning);
    }
    for (const std::string& note : table_.notes) out += detail::printable(note) + '\n';
    return out;
  }

  /// Several sets count the same answers, so that one of them is enough to sum over.
  [[nodiscard]] std::span<const std::vector<cell>> first_set() const {
    std::size_t rows = rows_.size();
    if (table_.columns.front().name == "set")
      for (rows = 0; rows < rows_.size() && rows_[rows][0] == rows_[0][0];) ++rows;
    return {rows_.data(), rows};
  }

  [[nodiscard]] std::string excluded() const {
    if (question_ != "score" || has("estimator")) return "\n";
    std::int64_t total = 0;
    std::string reasons;
    for (const char* reason : {"no_answer", "not_applicable", "zero_requirement"}) {
      std::int64_t sum = 0;
      for (const auto& row : first_set())
        sum += value<std::int64_t>(row, fmt::format("excluded_{}", reason)).value_or(0);
      total += sum;
      if (sum > 0) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", sum, reason);
    }
    return total == 0 ? "\n" : fmt::format("\n{} answers excluded: {}\n", total, reasons);
  }

  const table& table_;
  std::vector<row> rows_;
  const definition& definition_;
  std::string_view question_;
  bool colour_;
  std::vector<shown_column> columns_;
};

}  // namespace

std::string as_text(const table& t, const definition& d, std::string_view question, bool colour) {
  return text_view(t, d, question, colour).render();
}

}  // namespace xqs::cli
