//! Windows of time, as lists and statistics read them.

use super::Params;
use crate::http::{Failure, HttpResult};
use crate::store::Window;
use crate::time::{DayEdge, Time};

impl Params {
    /// From `start_time` to `end_time`, both included. The default end is `now`, or a week after a start in the future; the
    /// default start is what `start` makes of the end. A date as an end is its last second. With `all` it is all of time.
    ///
    /// # Errors
    /// [`Failure::invalid`] if one of them is malformed, the start comes after the end, or `all` stands beside one of them.
    pub fn window(&self, now: Time, start: fn(Time) -> Time) -> HttpResult<Window> {
        let end = |from: Option<Time>| from.filter(|from| *from > now).map_or(now, Time::a_week_after);
        self.window_to(now, start, |from| Some(end(from)))
    }

    /// As [`Params::window`], without an end unless one was sent: for what may be dated some seconds ahead. The default start is
    /// what `start` makes of the end, or of `now`.
    ///
    /// # Errors
    /// As [`Params::window`].
    pub fn endless_window(&self, now: Time, start: fn(Time) -> Time) -> HttpResult<Window> {
        self.window_to(now, start, |_| None)
    }

    /// The window whose default end is what `end` makes of the start that was sent.
    fn window_to(
        &self,
        now: Time,
        start: fn(Time) -> Time,
        end: impl FnOnce(Option<Time>) -> Option<Time>,
    ) -> HttpResult<Window> {
        let from = self.time("start_time")?.value();
        let to = self.moment("end_time", DayEdge::End)?.value();
        if self.flag("all")?.value() == Some(true) {
            if from.is_some() || to.is_some() {
                return Err(Failure::invalid("all", "选择了全部时间，就不能再有开始时间或结束时间"));
            }
            return Ok(Window::ALL);
        }
        let to = to.or_else(|| end(from));
        let from = from.unwrap_or_else(|| start(to.unwrap_or(now)));
        if to.is_some_and(|to| from > to) {
            return Err(Failure::invalid("start_time", "开始时间不能晚于结束时间"));
        }
        Ok(Window { from: from.0, to: to.map_or(Window::ALL.to, |to| to.0) })
    }
}
