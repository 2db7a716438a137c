// A DDS peer of another make: eProsima's Fast DDS and Fast CDR, as ROS's rmw_fastrtps uses them.
//
//   peer cdr             reads typed values, one a line, and prints what Fast CDR makes of them
//   peer dds DOMAIN      reads commands, one a line, and prints what it hears; UDP on 127.0.0.1 alone
#include <fastcdr/Cdr.h>
#include <fastcdr/FastBuffer.h>
#include <fastdds/dds/domain/DomainParticipant.hpp>
#include <fastdds/dds/domain/DomainParticipantFactory.hpp>
#include <fastdds/dds/publisher/DataWriter.hpp>
#include <fastdds/dds/publisher/Publisher.hpp>
#include <fastdds/dds/subscriber/DataReader.hpp>
#include <fastdds/dds/subscriber/DataReaderListener.hpp>
#include <fastdds/dds/subscriber/SampleInfo.hpp>
#include <fastdds/dds/subscriber/Subscriber.hpp>
#include <fastdds/dds/topic/TopicDataType.hpp>
#include <fastdds/dds/topic/TypeSupport.hpp>
#include <fastdds/rtps/transport/UDPv4TransportDescriptor.h>

#include <chrono>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace eprosima::fastdds::dds;
using eprosima::fastrtps::rtps::InstanceHandle_t;
using eprosima::fastrtps::rtps::SerializedPayload_t;
using eprosima::fastcdr::Cdr;
using eprosima::fastcdr::FastBuffer;
using Bytes = std::vector<uint8_t>;

namespace {

std::mutex printing;

void say(const std::string& line) {
  std::lock_guard<std::mutex> guard(printing);
  std::cout << line << std::endl;
}

std::string hexOf(const Bytes& bytes) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Bytes bytesOf(const std::string& hex) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes.push_back(uint8_t(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// A message being written by Fast CDR, with the header of plain CDR in front. Fast CDR leaves gaps as they are: here zero.
struct Message {
  std::vector<char> memory;
  FastBuffer buffer;
  Cdr cdr{buffer, Cdr::LITTLE_ENDIANNESS, Cdr::DDS_CDR};
  explicit Message(size_t bytes = 65536) : memory(bytes), buffer(memory.data(), bytes) { cdr.serialize_encapsulation(); }
  Bytes bytes() {
    const auto* begin = reinterpret_cast<const uint8_t*>(buffer.getBuffer());
    return Bytes(begin, begin + cdr.getSerializedDataLength());
  }
};

void put(Cdr& cdr, const std::string& kind, const std::string& value) {
  if (kind == "bool") cdr << (value == "1");
  else if (kind == "int8") cdr << int8_t(std::stoi(value));
  else if (kind == "uint8") cdr << uint8_t(std::stoul(value));
  else if (kind == "int16") cdr << int16_t(std::stoi(value));
  else if (kind == "uint16") cdr << uint16_t(std::stoul(value));
  else if (kind == "int32") cdr << int32_t(std::stol(value));
  else if (kind == "uint32" || kind == "length") cdr << uint32_t(std::stoul(value));
  else if (kind == "int64") cdr << int64_t(std::stoll(value));
  else if (kind == "uint64") cdr << uint64_t(std::stoull(value));
  else if (kind == "float32") cdr << std::stof(value);
  else if (kind == "float64") cdr << std::stod(value);
  else if (kind == "string") { const Bytes text = bytesOf(value); cdr << std::string(text.begin(), text.end()); }
  else throw std::runtime_error("no such kind: " + kind);
}

void serialiseValues() {
  auto message = std::make_unique<Message>();
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "end") {
      say(hexOf(message->bytes()));
      message = std::make_unique<Message>();
      continue;
    }
    const size_t space = line.find(' ');
    put(message->cdr, line.substr(0, space), space == std::string::npos ? "" : line.substr(space + 1));
  }
}

/// Any ROS message: its bytes are made and read by whoever uses it.
class RawType : public TopicDataType {
 public:
  explicit RawType(const std::string& name) {
    setName(name.c_str());
    m_typeSize = 4 * 1024 * 1024;
    m_isGetKeyDefined = false;
    auto_fill_type_information(false);
    auto_fill_type_object(false);
  }
  bool serialize(void* data, SerializedPayload_t* payload) override {
    const auto& bytes = *static_cast<Bytes*>(data);
    if (payload->max_size < bytes.size()) return false;
    payload->encapsulation = CDR_LE;
    payload->length = uint32_t(bytes.size());
    std::memcpy(payload->data, bytes.data(), bytes.size());
    return true;
  }
  bool deserialize(SerializedPayload_t* payload, void* data) override {
    static_cast<Bytes*>(data)->assign(payload->data, payload->data + payload->length);
    return true;
  }
  std::function<uint32_t()> getSerializedSizeProvider(void* data) override {
    return [data] { return uint32_t(static_cast<Bytes*>(data)->size()); };
  }
  void* createData() override { return new Bytes; }
  void deleteData(void* data) override { delete static_cast<Bytes*>(data); }
  bool getKey(void*, InstanceHandle_t*, bool) override { return false; }
};

class Ears : public DataReaderListener {
 public:
  Ears(std::string id, bool counting) : id_(std::move(id)), counting_(counting) {}
  void on_data_available(DataReader* reader) override {
    Bytes bytes;
    SampleInfo info;
    while (reader->take_next_sample(&bytes, &info) == ReturnCode_t::RETCODE_OK) {
      if (!info.valid_data) continue;
      say("heard " + id_ + " " + (counting_ ? std::to_string(bytes.size()) : hexOf(bytes)));
    }
  }
  void on_subscription_matched(DataReader*, const SubscriptionMatchedStatus& status) override {
    say("matched " + id_ + " " + std::to_string(status.current_count));
  }
  void on_requested_incompatible_qos(DataReader*, const RequestedIncompatibleQosStatus& status) override {
    say("incompatible " + id_ + " " + std::to_string(status.last_policy_id));
  }

 private:
  std::string id_;
  bool counting_;
};

Bytes imageMessage(uint32_t width, uint32_t height, uint8_t shade) {
  Message message(size_t(3) * width * height + 1024);
  Cdr& cdr = message.cdr;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  cdr << int32_t(ns / 1000000000) << uint32_t(ns % 1000000000) << std::string("camera_optical_frame");
  cdr << height << width << std::string("rgb8") << uint8_t(0) << uint32_t(3 * width);
  cdr << Bytes(size_t(3) * width * height, shade);
  return message.bytes();
}

class Peer {
 public:
  explicit Peer(uint32_t domain) {
    DomainParticipantQos qos;
    auto udp = std::make_shared<eprosima::fastdds::rtps::UDPv4TransportDescriptor>();
    udp->interfaceWhiteList.push_back("127.0.0.1");
    udp->sendBufferSize = udp->receiveBufferSize = 4 * 1024 * 1024;
    qos.transport().use_builtin_transports = false;
    qos.transport().user_transports.push_back(udp);
    for (uint32_t index = 0; index < 12; ++index) {
      eprosima::fastrtps::rtps::Locator_t locator;
      locator.kind = LOCATOR_KIND_UDPv4;
      eprosima::fastrtps::rtps::IPLocator::setIPv4(locator, "127.0.0.1");
      locator.port = 7410 + 250 * domain + 2 * index;
      qos.wire_protocol().builtin.initialPeersList.push_back(locator);
    }
    auto& discovery = qos.wire_protocol().builtin.discovery_config;
    discovery.leaseDuration = {5, 0};
    discovery.leaseDuration_announcementperiod = {1, 0};
    participant_ = DomainParticipantFactory::get_instance()->create_participant(domain, qos);
    if (!participant_) throw std::runtime_error("no participant");
    publisher_ = participant_->create_publisher(PUBLISHER_QOS_DEFAULT);
    subscriber_ = participant_->create_subscriber(SUBSCRIBER_QOS_DEFAULT);
  }

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string command, id;
    words >> command >> id;
    if (command == "pub" || command == "sub" || command == "count") {
      std::string topic, type, reliability, durability;
      words >> topic >> type >> reliability >> durability;
      if (command == "pub") advertise(id, topicOf(topic, type), reliability, durability);
      else subscribe(id, topicOf(topic, type), reliability, durability, command == "count");
    } else if (command == "write") {
      std::string hex;
      words >> hex;
      Bytes bytes = bytesOf(hex);
      if (!writers_.at(id)->write(&bytes)) say("failed " + id);
    } else if (command == "images") {
      uint32_t width, height, count;
      double hz;
      words >> width >> height >> hz >> count;
      std::thread([this, id, width, height, hz, count] { film(id, width, height, hz, count); }).detach();
    } else {
      throw std::runtime_error("no such command: " + line);
    }
    say("done " + id);
  }

 private:
  Topic* topicOf(const std::string& name, const std::string& type) {
    if (auto* known = dynamic_cast<Topic*>(participant_->lookup_topicdescription(name))) return known;
    TypeSupport support(new RawType(type));
    support.register_type(participant_);
    return participant_->create_topic(name, type, TOPIC_QOS_DEFAULT);
  }

  void advertise(const std::string& id, Topic* topic, const std::string& reliability, const std::string& durability) {
    DataWriterQos qos;
    qos.reliability().kind = reliability == "reliable" ? RELIABLE_RELIABILITY_QOS : BEST_EFFORT_RELIABILITY_QOS;
    qos.durability().kind = durability == "volatile" ? VOLATILE_DURABILITY_QOS : TRANSIENT_LOCAL_DURABILITY_QOS;
    qos.history().kind = KEEP_LAST_HISTORY_QOS;
    qos.history().depth = 5;
    qos.publish_mode().kind = ASYNCHRONOUS_PUBLISH_MODE; // large messages go in fragments
    qos.endpoint().history_memory_policy = eprosima::fastrtps::rtps::DYNAMIC_REUSABLE_MEMORY_MODE;
    writers_[id] = publisher_->create_datawriter(topic, qos);
  }

  void subscribe(const std::string& id, Topic* topic, const std::string& reliability, const std::string& durability, bool counting) {
    DataReaderQos qos;
    qos.reliability().kind = reliability == "reliable" ? RELIABLE_RELIABILITY_QOS : BEST_EFFORT_RELIABILITY_QOS;
    qos.durability().kind = durability == "volatile" ? VOLATILE_DURABILITY_QOS : TRANSIENT_LOCAL_DURABILITY_QOS;
    qos.history().kind = KEEP_LAST_HISTORY_QOS;
    qos.history().depth = 100;
    qos.endpoint().history_memory_policy = eprosima::fastrtps::rtps::DYNAMIC_REUSABLE_MEMORY_MODE;
    ears_.push_back(std::make_unique<Ears>(id, counting));
    subscriber_->create_datareader(topic, qos, ears_.back().get());
  }

  void film(const std::string& id, uint32_t width, uint32_t height, double hz, uint32_t count) {
    auto due = std::chrono::steady_clock::now();
    const auto interval = std::chrono::nanoseconds(int64_t(1e9 / hz));
    for (uint32_t i = 0; i < count; ++i) {
      Bytes bytes = imageMessage(width, height, uint8_t(i));
      writers_.at(id)->write(&bytes);
      due += interval;
      std::this_thread::sleep_until(due);
    }
    say("filmed " + id);
  }

  DomainParticipant* participant_;
  Publisher* publisher_;
  Subscriber* subscriber_;
  std::map<std::string, DataWriter*> writers_;
  std::vector<std::unique_ptr<Ears>> ears_;
};

}  // namespace

int main(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "";
  if (mode == "cdr") {
    serialiseValues();
  } else if (mode == "dds" && count > 2) {
    Peer peer(uint32_t(std::stoul(words[2])));
    say("ready");
    for (std::string line; std::getline(std::cin, line);) peer.obey(line);
  } else {
    std::cerr << "peer cdr | peer dds DOMAIN" << std::endl;
    return 2;
  }
  std::cout.flush();
  std::_Exit(0);  // no time for an orderly goodbye: the test has what it wanted
}
