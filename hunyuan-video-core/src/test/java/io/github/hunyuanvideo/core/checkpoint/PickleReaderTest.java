package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.unpickle;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.checkpoint.PickleValue.Dictionary;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Inert;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {

  private static Dictionary dictionary(byte[] pickle) {
    return (Dictionary) unpickle(pickle).value();
  }

  private static PickleValue entry(PickleValue dictionary, String key) {
    return Objects.requireNonNull(((Dictionary) dictionary).entries().get(key), key);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PickleReaderTest.class.getResourceAsStream("/pickles/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  /** A dictionary with one key, whose value is still to be written, and then {@code s.}. */
  private static PickleBytes under(String key) {
    return new PickleBytes().op('}').text(key);
  }

  @Test
  void aPickleThatAsksForOsSystemIsRefusedByName() {
    byte[] pickle =
        new PickleBytes().global("os", "system").text("touch /tmp/owned").raw(0x85).op('R').stop();
    assertRefused(() -> unpickle(pickle))
        .hasMessageContaining("test.pt")
        .hasMessageContaining("os.system")
        .hasMessageContaining("Nothing of it was executed");
  }

  @ParameterizedTest
  @CsvSource({
    "builtins,eval",
    "__builtin__,eval",
    "builtins,getattr",
    "posix,system",
    "nt,system",
    "subprocess,Popen",
    "torch.storage,_load_from_bytes",
    "torch,load",
    "numpy,load",
    "numpy.core.multiarray,fromfile",
    "collections,OrderedDict.__init__",
    "torch._utils,_rebuild_tensor_v2.__globals__",
    "java.lang,Runtime"
  })
  void noNameIsAcceptedThatACheckpointDoesNotNeed(String module, String name) {
    byte[] pickle = new PickleBytes().op('}').text("module").call(module, name).ascii("s").stop();
    assertRefused(() -> unpickle(pickle)).hasMessageContaining("." + name);
  }

  @Test
  void aNameThatIsPutTogetherOnTheStackIsCheckedToo() {
    byte[] pickle = new PickleBytes(4).text("os").text("system").raw(0x93).stop();
    assertRefused(() -> unpickle(pickle)).hasMessageContaining("os.system");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i", // INST
        "o", // OBJ
        "P", // PERSID
        "I1\n",
        "L1L\n",
        "F1\n",
        "S'a'\n",
        "Va\n",
        "p0\n",
        "g0\n", // the text forms of protocol 0
        "\u0082\u0001", // EXT1
        "\u0097", // NEXT_BUFFER
        "\u0098", // READONLY_BUFFER
        "\u00ff"
      })
  void anOpcodeThatTorchSaveNeverWritesIsRefused(String opcode) {
    assertRefused(() -> unpickle(new PickleBytes().ascii(opcode).stop()))
        .hasMessageContaining("opcode 0x%02x".formatted((int) opcode.charAt(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0080", "\u0080\u0001}.", "\u0080\u0006}.", "}.", "hello world"})
  void somethingThatDoesNotBeginAsAPickleIsRefused(String text) {
    assertRefused(() -> unpickle(text.getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("data.pkl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".", // no value
        "}}.", // two values
        "(}.", // a mark left over
        "}.}", // something behind the end
        "e.",
        "u.",
        "t.",
        "1.",
        "0.",
        "R.",
        "b.",
        "Q.",
        "s.",
        "a.",
        "2.",
        "\u0093.",
        "\u0092.",
        "}(0.", // takes what lies below the mark
        "}N(0t.", // the same, and then all above the mark
        "(}R.", // the same, with a call
        "}(Ns.", // a value without key
        "}(NNNu.", // a key without value
        "NNNs.", // a key set in None
        ")Na.", // appended to a tuple
        "NNa.", // appended to None
        "NNb.", // attributes of None
        "NNR.", // None is called
        "h\u0005.", // not remembered
        "N)R.", // not callable
        "NQ.", // no storage
        "(X\u0007\0\0\0storagetQ.", // an incomplete storage
        "ccollections\nOrderedDict\n]R.", // arguments that are a list
        "ccollections\nOrderedDict" // no end of the line
      })
  void aPickleThatMisusesItsStackIsRefused(String body) {
    assertRefused(() -> unpickle(new PickleBytes().ascii(body).unfinished()))
        .hasMessageContaining("data.pkl is malformed before byte");
  }

  @Test
  void aDictionaryMayContainItself() {
    byte[] pickle = new PickleBytes().ascii("}q\0").text("module").ascii("h\0s").stop();
    Dictionary dictionary = dictionary(pickle);
    assertThat(entry(dictionary, "module")).isSameAs(dictionary);
    assertThat(dictionary.describe()).isEqualTo("a dictionary of 1");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    byte[] pickle = under("module").ascii("Ns").text("module").ascii("Ns").stop();
    assertRefused(() -> unpickle(pickle)).hasMessageContaining("\"module\" stands twice");
  }

  @Test
  void aContainerMayBeAKey() {
    byte[] pickle = new PickleBytes().ascii("}q\0h\0Ns").stop();
    Dictionary dictionary = dictionary(pickle);
    assertThat(dictionary.entries()).isEmpty();
    assertThat(dictionary.otherEntries()).isEqualTo(1);
  }

  @Test
  void wholeNumbersOfAnyLengthAreUnderstood() {
    PickleBytes pickle = new PickleBytes().op('}');
    pickle.text("a").raw('K', 255).op('s').text("b").raw('M', 0xff, 0xff).op('s');
    pickle.text("c").whole(-2).op('s').text("d").raw(0x8a, 0).op('s');
    pickle.text("e").big(BigInteger.TWO.pow(63)).op('s');
    pickle.text("f").big(BigInteger.TWO.pow(63).negate()).op('s');
    pickle.text("g").big(BigInteger.valueOf(-128)).op('s');
    pickle.text("h").op((char) 0x8b).littleEndian(1000, 4).ascii("\1".repeat(1000)).op('s');
    Dictionary dictionary = dictionary(pickle.stop());
    assertThat(dictionary.entries().values().stream().map(PickleValue::describe))
        .containsExactly(
            "255",
            "65535",
            "-2",
            "0",
            "9223372036854775808",
            "-9223372036854775808",
            "-128",
            "a whole number of 1000 bytes");
  }

  @Test
  void whatAFileHoldsIsDescribedInAFewWords() throws IOException {
    Map<String, String> described = new LinkedHashMap<>();
    dictionary(HostileFiles.oddities())
        .entries()
        .forEach((key, value) -> described.put(key, value.describe()));
    assertThat(described)
        .containsEntry("module", "a dictionary of 22")
        .containsEntry("epoch", "7")
        .containsEntry("big", "1180591620717411303424")
        .containsEntry("none", "None")
        .containsEntry("name", "\"tiny – ü\"")
        .containsEntry("tuple", "a tuple of 4")
        .containsEntry("dtype", "the Python name torch.bfloat16")
        .containsEntry("nested", "a dictionary of 1");
  }

  @Test
  void textsOfPython2AreTextsIfTheyCanBe() {
    byte[] pickle =
        new PickleBytes().ascii("}U\1kU\2\u00c3\u00bcsT\1\0\0\0lT\1\0\0\0\u00ffs").stop();
    Dictionary dictionary = dictionary(pickle);
    assertThat(entry(dictionary, "k").describe()).isEqualTo("\"ü\"");
    assertThat(entry(dictionary, "l").describe()).isEqualTo("1 bytes");
  }

  @Test
  void aTextThatIsNoUtf8IsRefused() {
    assertRefused(() -> unpickle(new PickleBytes().ascii("X\1\0\0\0\u00ff").stop()))
        .hasMessageContaining("a text is no UTF-8");
  }

  @Test
  void aTruncatedPickleIsRefusedWhereverItEnds() throws IOException {
    byte[] pickle = HostileFiles.oddities();
    for (int length = 0; length < pickle.length; length++) {
      byte[] prefix = Arrays.copyOf(pickle, length);
      assertRefused(() -> unpickle(prefix)).hasMessageContaining("data.pkl");
    }
  }

  /**
   * The pickle was written by CPython 3.11 with NumPy 2.4, from objects of the classes that
   * DeepSpeed and training scripts leave in a checkpoint.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void whatTrainingLeavesBesideTheWeightsIsInert(int protocol) throws IOException {
    PickleReader.Result result = unpickle(resource("training_state_protocol" + protocol + ".pkl"));
    assertThat(result.value()).isInstanceOf(Dictionary.class);
    PickleValue module = entry(result.value(), "module");
    assertThat(entry(module, "weight")).isInstanceOf(Tensor.class);
    assertThat(((Tensor) entry(module, "weight")).shape()).containsExactly(2L, 3L);
    assertThat(entry(entry(result.value(), "optimizer"), "zero_stage"))
        .isInstanceOf(Inert.class)
        .extracting(PickleValue::describe)
        .isEqualTo("a Python object of deepspeed.runtime.zero.config.ZeroStageEnum");
    assertThat(entry(result.value(), "by_default").describe()).isEqualTo("a dictionary of 1");
    assertThat(result.inert())
        .contains(
            "argparse.Namespace",
            "collections.deque",
            "datetime.datetime",
            "deepspeed.runtime.fp16.loss_scaler.DynamicLossScaler",
            "numpy.core.multiarray.scalar",
            "numpy.dtype",
            "pathlib.PosixPath",
            "torch.device");
  }

  @Test
  void theArgumentsOfATensorMustBeWhatTheyAre() {
    PickleBytes start = new PickleBytes().global("torch._utils", "_rebuild_tensor_v2").op('(');
    start.storage("FloatStorage", "0", 1);
    String[] arguments = {"tR", "NNNNNtR", "K\0NNNNtR", "K\0)NNNtR", "K\0(NtNNNtR", "N))NNtR"};
    for (String rest : arguments) {
      PickleBytes pickle = new PickleBytes().global("torch._utils", "_rebuild_tensor_v2").op('(');
      pickle.storage("FloatStorage", "0", 1).ascii(rest);
      assertRefused(() -> unpickle(pickle.stop())).hasMessageContaining("tensor");
    }
    PickleBytes axes = start.ascii("K\0(" + "K\1".repeat(65) + "t)NNtR");
    assertRefused(() -> unpickle(axes.stop())).hasMessageContaining("65 axes");
  }

  @Test
  void aTensorWithAttributesIsATensor() {
    PickleBytes pickle = under("weight").global("torch._tensor", "_rebuild_from_type_v2").op('(');
    pickle.global("torch._utils", "_rebuild_tensor_v2").global("torch", "Tensor").op('(');
    pickle.storage("HalfStorage", "0", 4).whole(0).wholes(List.of(4L)).wholes(List.of(1L));
    pickle.raw(0x89).call("collections", "OrderedDict").op('t').ascii("}tRs");
    assertThat(entry(dictionary(pickle.stop()), "weight").describe())
        .isEqualTo("a tensor of torch.HalfStorage, shape [4]");
    PickleBytes other = under("weight").global("torch._tensor", "_rebuild_from_type_v2").op('(');
    other.global("torch._tensor", "_rebuild_from_type_v2").global("torch", "Tensor").ascii(")}tRs");
    assertRefused(() -> unpickle(other.stop())).hasMessageContaining("unknown way");
  }
}
