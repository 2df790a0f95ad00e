package io.github.hunyuanvideo.core.text;

import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Longs;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.stage.Prompt;
import java.util.Arrays;

/**
 * A prompt as the language model reads it.
 *
 * @param ids of template and prompt, cut to the longest sequence
 * @param crop how many ids stand before the prompt
 * @param dropped how many ids at the end were cut off
 */
record LlamaTokens(ImmutableLongArray ids, int crop, int dropped) {

  /**
   * Tokenizes a prompt.
   *
   * @param beginOfText the id that begins every text, put in front if the vocabulary does not do so
   *     by itself; −1 for none
   */
  static LlamaTokens of(
      Prompt prompt, Vocabulary vocabulary, LlamaOptions options, int beginOfText) {
    PromptTemplate template = options.template(prompt.medium());
    long[] ids = idsOf(template.apply(prompt.text()), vocabulary, beginOfText);
    int longest =
        options.tokens()
            + idsOf(options.template(Medium.VIDEO).prefix(), vocabulary, beginOfText).length;
    int crop = idsOf(template.prefix(), vocabulary, beginOfText).length;
    if (crop >= Math.min(longest, ids.length)) {
      throw new IllegalArgumentException(
          "the prompt template has %d tokens before the prompt and leaves no room for it in a sequence of %d"
              .formatted(crop, longest));
    }
    long[] kept = Arrays.copyOf(ids, Math.min(ids.length, longest));
    return new LlamaTokens(
        ImmutableLongArray.copyOf(kept), crop, Math.max(0, ids.length - longest));
  }

  private static long[] idsOf(String text, Vocabulary vocabulary, int beginOfText) {
    long[] ids = vocabulary.ids(text);
    boolean begins = ids.length > 0 && ids[0] == beginOfText;
    return beginOfText < 0 || begins ? ids : Longs.concat(new long[] {beginOfText}, ids);
  }
}
