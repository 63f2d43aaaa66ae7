// SPDX-License-Identifier: Apache-2.0
// Suno's callback, read by simdjson's On-Demand as one writes it by hand for speed: each object is
// gone over once, and the name that comes next as a rule is compared first.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace server_benchmark {

struct track {
  std::array<std::string_view, 13> texts;  // in the order of track_names
  double duration = 0;
};

struct callback {
  std::int64_t code = 0;
  std::string_view msg, stage, task_id;
  std::array<track, 16> tracks;
  std::size_t track_count = 0;
};

// One for a server: it keeps its memory. A callback's texts live until the next one is read.
class callback_reader {
 public:
  // text: octets[0..room), readable up to room, which has simdjson's padding. False when it is not
  // JSON, or no callback.
  bool read(std::string_view text, std::size_t room, callback& out) {
    simdjson::ondemand::document document;
    simdjson::ondemand::object members;
    out.track_count = 0;
    found_ = 0;
    if (parser_.iterate(text.data(), text.size(), room).get(document) ||
        document.get_object().get(members))
      return false;
    const bool is_read = each(members, top_names, [&](std::size_t at, auto& value) {
      if (at == 0) return !value.get(out.code);
      if (at == 1) return !value.get(out.msg);
      return read_data(value, out);
    });
    return is_read && found_ == all_found &&
           document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

 private:
  using value_type = simdjson::ondemand::value;
  static constexpr std::array<std::string_view, 3> top_names{"code", "msg", "data"};
  static constexpr std::array<std::string_view, 3> data_names{"callbackType", "task_id", "data"};
  static constexpr std::array<std::string_view, 14> track_names{"id",
                                                                "audio_url",
                                                                "source_audio_url",
                                                                "stream_audio_url",
                                                                "source_stream_audio_url",
                                                                "image_url",
                                                                "source_image_url",
                                                                "prompt",
                                                                "model_name",
                                                                "title",
                                                                "tags",
                                                                "createTime",
                                                                "video_url",
                                                                "duration"};
  static constexpr std::size_t duration_at = 13;
  static constexpr unsigned all_found = 15;  // code, msg, callbackType, task_id

  // use(index of the name, value) of each member that has one of the names; others are skipped.
  template <std::size_t Count, class Use>
  bool each(simdjson::ondemand::object& members, const std::array<std::string_view, Count>& names,
            Use use) {
    std::size_t expected = 0;
    for (auto found : members) {
      simdjson::ondemand::field member;
      if (std::move(found).get(member)) return false;
      for (std::size_t tried = 0; tried < Count; ++tried) {
        const std::size_t at =
            expected + tried < Count ? expected + tried : expected + tried - Count;
        if (!member.key().unsafe_is_equal(names[at])) continue;
        if (!use(at, member.value())) return false;
        note(names[at]);
        expected = at + 1 == Count ? 0 : at + 1;
        break;
      }
    }
    return true;
  }

  void note(std::string_view name) {
    if (name.data() == top_names[0].data()) found_ |= 1;
    if (name.data() == top_names[1].data()) found_ |= 2;
    if (name.data() == data_names[0].data()) found_ |= 4;
    if (name.data() == data_names[1].data()) found_ |= 8;
  }

  bool read_data(value_type& from, callback& out) {
    simdjson::ondemand::object members;
    if (from.get(members)) return false;
    return each(members, data_names, [&](std::size_t at, auto& value) {
      if (at == 0) return !value.get(out.stage);
      if (at == 1) return !value.get(out.task_id);
      return read_tracks(value, out);
    });
  }

  bool read_tracks(value_type& from, callback& out) {
    bool null = false;
    if (simdjson::simdjson_result<bool>{from.is_null()}.get(null)) return false;
    if (null) return true;
    simdjson::ondemand::array items;
    if (from.get(items)) return false;
    for (auto found : items) {
      simdjson::ondemand::object members;
      if (out.track_count == out.tracks.size() || found.get(members)) return false;
      track& next = out.tracks[out.track_count++];
      if (!each(members, track_names, [&](std::size_t at, auto& value) {
            return at == duration_at ? !value.get(next.duration) : !value.get(next.texts[at]);
          }))
        return false;
    }
    return true;
  }

  simdjson::ondemand::parser parser_;
  unsigned found_ = 0;
};

}  // namespace server_benchmark
