#include "xqs/model/touchpoint.hpp"

#include <cstdint>
#include <type_traits>

#include "catch.hpp"
#include "xqs/model/feedback.hpp"

static_assert(std::is_same_v<xqs::time_us, std::int64_t>);

TEST_CASE("a touchpoint knows its id; everything else may be unknown", "[unit]") {
  const xqs::touchpoint call{.id = "t1"};
  CHECK(call.id == "t1");
  CHECK(call.kind.empty());
  CHECK(call.channel.empty());
  CHECK_FALSE(call.initiated_by.has_value());
  CHECK(call.status == xqs::touchpoint_status::realised);
  CHECK_FALSE(call.time.has_value());
  CHECK(call.contact.empty());
  CHECK(call.owner.empty());
  CHECK(call.action.empty());
  CHECK(call.campaign.empty());
  CHECK_FALSE(call.cost.has_value());
}

TEST_CASE("a touchpoint is a value", "[unit]") {
  xqs::touchpoint mailing{.id = "t2",
                          .kind = "mailing",
                          .channel = "e-mail",
                          .initiated_by = xqs::initiator::central,
                          .status = xqs::touchpoint_status::planned,
                          .time = 1'709'164'800'000'000,
                          .contact = "physician 7",
                          .owner = "marketing",
                          .action = "spring mailing",
                          .campaign = "spring",
                          .cost = 0.85};
  const xqs::touchpoint copy = mailing;
  mailing.status = xqs::touchpoint_status::cancelled;
  mailing.cost = {};
  CHECK(copy.status == xqs::touchpoint_status::planned);
  CHECK(copy.cost->text() == "0.85");
  CHECK(copy.initiated_by == xqs::initiator::central);
  CHECK(copy.action == "spring mailing");
}

TEST_CASE("a feedback holds the answers of one form", "[unit]") {
  const xqs::feedback form{.respondent = "physician 7",
                           .answers = {{"timely", 5, 4}, {"competent", {}, 3}}};
  CHECK(form.respondent == "physician 7");
  CHECK(form.response.empty());
  CHECK(form.touchpoint.empty());
  CHECK_FALSE(form.time.has_value());
  CHECK(form.answers[0].requirement == xqs::decimal(5));
  CHECK(form.answers[0].satisfaction == xqs::decimal(4));
  CHECK_FALSE(form.answers[1].requirement.has_value());
}
