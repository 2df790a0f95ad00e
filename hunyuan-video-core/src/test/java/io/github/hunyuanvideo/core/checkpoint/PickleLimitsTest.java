package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertReadOrRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.unpickle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Dictionary;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pickle cannot make its reader take much memory, or much of the stack. */
class PickleLimitsTest {

  private static Dictionary dictionary(byte[] pickle) {
    return (Dictionary) unpickle(pickle).value();
  }

  private static PickleValue entry(PickleValue dictionary, String key) {
    return Objects.requireNonNull(((Dictionary) dictionary).entries().get(key), key);
  }

  /** A dictionary with one key, whose value is still to be written, and then {@code s.}. */
  private static PickleBytes under(String key) {
    return new PickleBytes().op('}').text(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X", "T", "B", "\u008b"})
  void lengthsOfFourGigabytesAreNotBelieved(String opcode) {
    byte[] pickle =
        new PickleBytes().ascii(opcode).littleEndian(0xfffffff0L, 4).ascii("abc").stop();
    assertRefused(() -> unpickle(pickle)).hasMessageContaining("4294967280 more bytes are claimed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u008d", "\u008e", "\u0096", "\u0095"})
  void lengthsOfSixtyFourBitsAreNotBelieved(String opcode) {
    for (long length : new long[] {1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      byte[] pickle = new PickleBytes(4).ascii(opcode).littleEndian(length, 8).ascii("abc").stop();
      assertRefused(() -> unpickle(pickle))
          .hasMessageContaining(Long.toUnsignedString(length) + " more bytes are claimed");
    }
  }

  @Test
  void nestingAMillionDeepDoesNotExhaustTheStack() {
    int deep = 1_000_000;
    byte[] lists = under("module").op(']', deep).op('a', deep - 1).op('s').stop();
    assertThat(entry(dictionary(lists), "module").describe()).isEqualTo("a list of 1");
    byte[] tuples = under("module").op(')').op((char) 0x85, deep).op('s').stop();
    assertThat(entry(dictionary(tuples), "module").describe()).isEqualTo("a tuple of 1");
    PickleBytes dictionaries = new PickleBytes();
    for (int i = 0; i < deep / 2; i++) {
      dictionaries.op('}').text("module");
    }
    byte[] nested = dictionaries.op('N').op('s', deep / 2).stop();
    assertThat(entry(dictionary(nested), "module").describe()).isEqualTo("a dictionary of 1");
  }

  @Test
  void thereIsALimitToTheNumberOfValues() {
    for (String unit : List.of("]", "(", "N", "K\0", "}2")) {
      PickleBytes pickle = new PickleBytes();
      for (int i = 0; i <= PickleStack.MOST_VALUES; i++) {
        pickle.ascii(unit);
      }
      assertThatThrownBy(() -> unpickle(pickle.unfinished()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("more than 1048576 values");
    }
  }

  @Test
  void aMillionRememberedValuesAreTooMany() {
    byte[] memory = new byte[PickleStack.MOST_VALUES + 2];
    Arrays.fill(memory, (byte) 0x94);
    byte[] pickle = new PickleBytes(4).op('N').unfinished();
    byte[] all = Arrays.copyOf(pickle, pickle.length + memory.length);
    System.arraycopy(memory, 0, all, pickle.length, memory.length);
    assertThatThrownBy(() -> unpickle(all))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("remembers more than");
  }

  @Test
  void listsThatDoubleAtEachLevelCostOnlyWhatIsWritten() {
    PickleBytes pickle = under("bomb").op(']').ascii("q\0");
    for (int level = 0; level < 200; level++) {
      pickle.ascii("](h").raw(level).ascii("h").raw(level).ascii("eq").raw(level + 1);
    }
    assertReadOrRefused(() -> unpickle(pickle.ascii("0".repeat(200)).op('s').stop()));
    assertThat(dictionary(pickle.unfinished()).entries()).containsKey("bomb");
  }

  @Test
  void whateverAPickleSaysAMessageStaysShortAndOnOneLine() {
    String long_ = "x\n\u001b[31m".repeat(100_000);
    byte[] pickle = under(long_).ascii("Ns").text(long_).ascii("Ns").stop();
    assertThatThrownBy(() -> unpickle(pickle))
        .isInstanceOf(CheckpointException.class)
        .message()
        .hasSizeLessThan(300)
        .doesNotContain("\n", "\u001b");
  }
}
