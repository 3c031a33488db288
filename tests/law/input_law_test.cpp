#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "engine/pushed_rows.hpp"
#include "engine/query_document.hpp"
#include "law/folded_cells.hpp"
#include "text_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition_json.hpp"

// The same answers give the same ledgers and the same results in long and in wide form, in any
// order of the rows and in any batches, joined to touchpoints in any order, whatever other columns
// hold.

using namespace xqs;

namespace {

const std::array<std::string, 3> items = {"relevance", "credibility", "effort"};

struct form {
  std::string respondent, response, touchpoint, time;
  std::array<std::string, 3> requirement, satisfaction;
};
struct action {
  std::string id, channel, time, status, shared;
};

class random_company {
 public:
  explicit random_company(unsigned seed) : random_(seed) {
    for (unsigned i = 0, n = 3 + below(20); i < n; ++i)
      actions.push_back({"t" + std::to_string(i), pick({"visit", "mail", ""}),
                         "2025-0" + std::to_string(1 + below(4)) + "-28T23:30:00Z",
                         pick({"realised", "realised", "planned"}), pick({"", "m1", "m2"})});
    for (unsigned i = 0, n = 1 + below(40); i < n; ++i) forms.push_back(random_form(i));
  }
  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i)
      std::swap(values[i - 1], values[below(static_cast<unsigned>(i))]);
  }
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  std::vector<action> actions;
  std::vector<form> forms;

 private:
  std::string pick(const std::vector<std::string>& from) {
    return from[below(static_cast<unsigned>(from.size()))];
  }
  form random_form(unsigned number) {
    form f{.respondent = "p" + std::to_string(below(9)),
           .response = std::to_string(number),
           .touchpoint = below(5) == 0 ? "" : actions[below(unsigned(actions.size()))].id,
           .time = pick({"2025-02-01T00:30:00+01:00", "2025-03-30", ""}),
           .requirement = {},
           .satisfaction = {}};
    for (std::size_t i = 0; i < items.size(); ++i) {
      f.requirement[i] = pick({"1", "2", "3", "4", "5", "9", ""});
      f.satisfaction[i] = pick({"1", "2", "3", "4", "5", "9", ""});
    }
    return f;
  }
  std::mt19937 random_;
};

template <typename Row, typename Member>
std::vector<std::string> values(const std::vector<Row>& rows, Member member, std::size_t times) {
  std::vector<std::string> all;
  for (const Row& row : rows) all.insert(all.end(), times, row.*member);
  return all;
}

text_batch touchpoint_table_of(const std::vector<action>& actions) {
  text_batch b;
  b.add("touchpoint", values(actions, &action::id, 1));
  b.add("channel", values(actions, &action::channel, 1));
  b.add("time", values(actions, &action::time, 1));
  b.add("status", values(actions, &action::status, 1));
  b.add("action", values(actions, &action::shared, 1));
  b.add("place", values(actions, &action::channel, 1));
  b.add("origin", values(actions, &action::shared, 1));
  b.add("remark", values(actions, &action::id, 1));
  return b;
}

void add_keys(const std::vector<form>& forms, std::size_t times, text_batch& b) {
  b.add("respondent", values(forms, &form::respondent, times));
  b.add("response", values(forms, &form::response, times));
  b.add("touchpoint", values(forms, &form::touchpoint, times));
  b.add("time", values(forms, &form::time, times));
  b.add("team", values(forms, &form::respondent, times));
  b.add("seen", values(forms, &form::time, times));
  b.add("note", values(forms, &form::response, times));
}

text_batch wide(const std::vector<form>& forms) {
  text_batch b;
  add_keys(forms, 1, b);
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::vector<std::string> requirement;
    std::vector<std::string> satisfaction;
    for (const form& f : forms) {
      requirement.push_back(f.requirement[i]);
      satisfaction.push_back(f.satisfaction[i]);
    }
    b.add("requirement." + items[i], requirement);
    b.add("satisfaction." + items[i], satisfaction);
  }
  return b;
}

text_batch in_long_form(const std::vector<form>& forms) {
  text_batch b;
  add_keys(forms, items.size(), b);
  std::vector<std::string> item;
  std::vector<std::string> requirement;
  std::vector<std::string> satisfaction;
  for (const form& f : forms)
    for (std::size_t i = 0; i < items.size(); ++i) {
      item.push_back(items[i]);
      requirement.push_back(f.requirement[i]);
      satisfaction.push_back(f.satisfaction[i]);
    }
  b.add("item", item);
  b.add("requirement", requirement);
  b.add("satisfaction", satisfaction);
  return b;
}

std::vector<text_batch> in_pieces(random_company& company, bool as_wide) {
  std::vector<text_batch> batches;
  for (std::size_t first = 0; first < company.forms.size();) {
    const std::size_t last = std::min(first + 1 + company.below(12), company.forms.size());
    const std::vector<form> some(company.forms.begin() + std::ptrdiff_t(first),
                                 company.forms.begin() + std::ptrdiff_t(last));
    batches.push_back(as_wide ? wide(some) : in_long_form(some));
    first = last;
  }
  return batches;
}

/// The tally of each cell of a grouping.
std::map<group_texts, tally> folded(const definition& d, const std::string& by,
                                    const text_batch& actions,
                                    const std::vector<text_batch>& feedback) {
  const engine::query_document request = engine::parse_query(
      R"({"question": "score", "time_zone": "Europe/Berlin", "by": [)" + by + "]}");
  engine::pushed_rows rows(d, request);
  rows.push_touchpoints(actions.view());
  for (const text_batch& b : feedback) (void)rows.push_feedback(b.view());
  rows.settle();
  const engine::pushed_rows::variant& only = rows.variants().front();
  return folded_cells(only.rows, only.sets.front());
}

/// Questions whose results must not depend on how the rows come.
const std::vector<std::string> questions = {
    R"q({"question": "score", "sets": [["channel", "month(touchpoint.time)"], ["channel"], []],)q",
    R"q({"question": "compare", "period": "month(feedback.time)", "by": ["channel"],)q",
    R"q({"question": "compare", "period": "month(feedback.time)", "estimator": "item_mean",)q",
    R"q({"question": "compare", "by": ["channel", "item"], "estimator": "respondent_mean",)q",
    R"q({"question": "drivers", "by": ["channel"], "cut": "mean",)q",
    R"q({"question": "explain", "period": "month(feedback.time)", "by": ["channel", "item"],)q",
    R"q({"question": "rank", "by": ["channel"],)q",
    R"q({"question": "rank", "by": ["channel"], "standardise": "month(touchpoint.time)",)q",
    R"q({"question": "score", "by": ["place"], "where": [["feedback.team", "!=", "nobody"]],)q",
    R"q({"question": "compare", "by": ["campaign"], "columns": {"touchpoint.campaign": "origin"},)q"
    R"q( "period": "month(seen)", "unit": "team",)q",
    R"q({"question": "rank", "by": ["team"], "standardise": "touchpoint.place",)q",
    R"q({"question": "rank", "by": ["respondent"], "alpha": 0.5, "family": "per_entry",)q",
    R"q({"question": "watch", "by": ["channel"], "good": 70, "max_answers": 60,)q",
    R"q({"question": "watch", "by": ["item"], "bad": 90, "alpha": 0.5, "max_answers": 60,)q"};

/// A batch with no more than the names of the columns that a query does not read.
batch needed(const query& q, batch rows) {
  for (column& c : rows.columns)
    if (!q.may_read(c.name))
      c = {.name = c.name, .values = {}, .refusal = error(-1, c.name, "", "")};
  return rows;
}

/// Of few rows there may be nothing to compare; then that is the answer.
table result_of(const definition& d, const std::string& question, const text_batch& actions,
                const std::vector<text_batch>& feedback, bool is_whole = true) {
  query q(d, question + R"q( "time_zone": "Europe/Berlin", "check_duplicates": true})q");
  q.push_touchpoints(is_whole ? actions.view() : needed(q, actions.view()));
  for (const text_batch& b : feedback) q.push_feedback(is_whole ? b.view() : needed(q, b.view()));
  try {
    return q.finish();
  } catch (const error& problem) {
    table result;
    result.notes = {problem.what()};
    return result;
  }
}

}  // namespace

TEST_CASE("input: neither form, order, batches nor other columns change ledger or result",
          "[law]") {
  const definition d = preset("ceqs");
  std::size_t answered = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    random_company company(seed);
    const text_batch actions = touchpoint_table_of(company.actions);
    const std::vector<text_batch> whole = {in_long_form(company.forms)};
    const std::vector<std::string> groupings = {R"("respondent", "item")", R"("channel")", "",
                                                R"q("month(feedback.time)", "item")q"};
    std::vector<std::map<group_texts, tally>> expected;
    for (const std::string& by : groupings) expected.push_back(folded(d, by, actions, whole));
    std::vector<table> results;
    for (const std::string& q : questions) results.push_back(result_of(d, q, actions, whole));

    company.shuffle(company.forms);
    company.shuffle(company.actions);
    const text_batch shuffled = touchpoint_table_of(company.actions);
    for (const bool as_wide : {false, true}) {
      CAPTURE(as_wide);
      const std::vector<text_batch> pieces = in_pieces(company, as_wide);
      for (std::size_t g = 0; g < groupings.size(); ++g)
        CHECK(folded(d, groupings[g], shuffled, pieces) == expected[g]);
      for (std::size_t q = 0; q < questions.size(); ++q) {
        CAPTURE(questions[q]);
        const table other = result_of(d, questions[q], shuffled, pieces, false);
        CHECK(other.rows == results[q].rows);
        CHECK(other.notes == results[q].notes);
        answered += other.rows.size();
      }
    }
  }
  CHECK(answered > 10'000);  // there was something to compare
}
