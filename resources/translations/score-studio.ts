<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy system information</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a vision-language model to score images and explain each score. Method: Tanji &amp; Yamasaki, arXiv 2506.02708. Licensed under Apache-2.0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Component</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licences of all components</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>back up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>forward down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image in a large window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>large view show picture photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat about this image…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Talk with the last of the compared versions about the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>talk ask question conversation dialogue suggestions improve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show prompt for this image…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The question about the image, as the model gets it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>question template instruction text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show on the Images page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>go to image picture photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate the explanations without seeing which version wrote them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rate vote score judge explanations preference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>export share picture web page report answers side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save comparison as picture…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the image with its answers as PNG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save comparison as HTML…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the image with its answers as one file that any browser shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save first {0} comparisons as HTML…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the first images of the list, in its order, as one file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanation {0} is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rate vote choose best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tie</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind test: tie</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rate vote equal same none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish and reveal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish the blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>result win rate end show versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a new test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a new blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>restart again reset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the comparison</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>end quit close exit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo vote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>revert choice blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image in a large window (or double-click it)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Talk with a version about the image, beginning with its score and explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>file manager reveal location explorer finder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relocate image folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say where the images are, after their folder was moved or renamed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>moved renamed missing find lost path disk drive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy file path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clipboard name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in names, tags and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search locate text name tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger thumbnails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom in size pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller thumbnails</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom out size pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save current filter…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>store keep search name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear all filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reset show all remove conditions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>run train begin continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training is waiting for your review: show the pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gate veto keep train continue waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the running job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop after the current batch or step; training saves a checkpoint first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stop hold wait queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the selected job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the selected job, or remove it from the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stop abort kill end remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume the selected job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>retry continue again failed restart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move job up in the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the job earlier in the queue; you can also drag jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>earlier priority order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move job down in the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the job later in the queue; you can also drag jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>later priority order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open run folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder with the job&apos;s settings, events and log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>file manager files log events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy error message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clipboard failure problem report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find in log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search locate text output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search log forward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search log back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selected version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export version…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save download adapter peft hub push merged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare with base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare version with base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>difference side by side answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A pinned version cannot be deleted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>protect keep lock unpin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete version…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove free disk space discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard line…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard line or iteration…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove delete branch experiment free disk space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>restore recover trash version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure the base model, run the next iteration or open the review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>run start train iteration next step continue score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run every planned iteration, one after the other; pauses for your reviews if you chose so</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>everything iterations start train batch overnight loop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggested step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where another iteration is unlikely to help: compare the last version, or export the best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>verdict plateau stop worse best version advice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard iteration…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete an iteration that has stopped, with its pairs; it can be undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete remove cancel abandon throw away start over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause to review pairs before training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training waits until you have reviewed the pairs; saved in the project settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stop gate veto wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare selected version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the selected version&apos;s answers next to those of the previous version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answers side by side open version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge versions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let a language model grade the explanations of all versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LLM GPT OpenAI Ollama consistency usefulness grade rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read scores from explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does the text carry the score? Each version reads its own explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text only rationale swap contradiction consistency faithful reread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute the metrics of all versions again, with the grades that there are now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>metrics evaluate recompute update grades SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe versions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Degrade test images: do the scores fall, do the explanations say why?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>faithfulness blur noise exposure degrade robustness test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the first reviewer changes texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the pair out of training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reject exclude discard remove rate bad</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the pair as reviewed and good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accept approve rate good ok</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit the texts; Ctrl+Return saves, Escape cancels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change write correct explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regenerate rejected answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate a rejected explanation for a different wrong score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>retry again new wrong score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a note; Return saves it, Escape cancels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comment annotate remark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto applies to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto applies to: next choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply a veto to both training sets, the score set or the consistency set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto all shown…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reject exclude every bulk listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep all shown…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accept approve every bulk listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training after the review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training when it is waiting for your review; saves the text being edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>continue approve review gate finish done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>forward down skip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All, unreviewed, suspicious, vetoed, kept, edited, noted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>show only unreviewed suspicious vetoed kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>show only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next flag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show only pairs with the next flag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reason warning why suspicious</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As generated, most suspicious first, or most doubtful first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sort suspicious first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find in pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in texts, notes and names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search locate text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit / 100%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit the image to the view, or show it at 100%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom full size image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>larger image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>smaller image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>revert restore review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>repeat review</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>veto of {n} pairs</source>
        <comment>veto</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>keep of {n} pairs</source>
        <comment>keep</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>edit of {n} pairs</source>
        <comment>edit</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>notes on {n} pairs</source>
        <comment>note</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>use of {n} decisions</source>
        <comment>use of a decision</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>changes to {n} pairs</source>
        <comment>change</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>home results metrics charts verdict SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photos pictures gallery grid browse score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>review explanations veto rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>versions answers side by side score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>use model rate folder photos collection stars predict pick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>grade people agreement kappa consistency usefulness LLM human rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>queue training progress log runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>versions adapters checkpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ablations merges search tune compare recipes lines table 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>preferences options configuration hyperparameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save download share push hub adapter model pairs csv</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export a model version, pairs, predictions, metrics or the whole project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pdf html print publish paper tables charts summary reviewer share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save everything that was measured as one HTML or PDF file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export pairs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save parquet jsonl TRL preference data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predictions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export predictions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save scores csv table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metrics…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export metrics…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>save results csv table SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review log…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export review log…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every decision on pairs ever made: who, when, from, to, reason, undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>audit trail history decisions csv table vetoes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import edited pairs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>read load parquet jsonl</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archive project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zip backup save export move whole project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the whole project as one file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>preferences options configuration learning rate model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>store apply write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revert settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore the last saved values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>undo reset cancel changes discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge&apos;s key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>API key password token OpenAI language model grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the key of the server whose language model grades explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose base model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hugging face hub LLaVA Qwen InternVL Gemma SmolVLM list size licence fits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A list of known models with size, licence, and whether they fit this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>question template instruction text wording chat format placeholder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show and edit the question, and see it as the model gets it about an image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search locate option</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open selected project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>load recent continue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove selected project from the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove only this entry; the project files are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>forget delete recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save table as CSV…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>export spreadsheet excel download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>create start begin import images scores wizard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>load folder browse switch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open archive…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zip unpack restore backup import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpack a project from an archive file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>example tutorial sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explore a finished demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>example tutorial sample tour results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a small finished project with three iterations, as your own copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>leave projects start page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>exit leave close window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find an action…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>command palette search go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance: system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance: light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance: dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>theme colours colors night mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>font zoom scale bigger letters magnify accessibility</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size: larger</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size: smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>100%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size: 100%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>maximize large window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>help manual documentation tutorial how to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>help keys hotkeys bindings sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The paper (arXiv 2506.02708)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>help method article citation reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open arxiv.org in the browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>help version licence license system information copyright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume line…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continues a line that stopped before all its versions were measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>continue line experiment branch unfinished failed paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade explanations yourself, without seeing which version wrote them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rate judge person human annotate consistency usefulness writing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge suggestions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask versions how to improve test images, and let a language model grade it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>improve advice dialogue chat useful concrete relevant LLM GPT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rate judge score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grading: show or hide the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photo picture view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skip this explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grading: skip this explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>next cannot tell leave out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade more explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>continue next round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the judges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the grading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>revert take back grading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New experiments…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trains ablations and variations beside the main line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ablation sft supervised dpo once radius fresh start table 3 paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare merges…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merges finished adapters by several methods and densities, without training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sweep ties dare linear svd density weights merge methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tries learning rates, betas and ranks on the validation images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tune hyperparameters grid optuna optimise learning rate beta rank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use best settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writes the best merge or trial by validation into the project settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>apply best values write merge search result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto for a reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason {0} is not set (Edit veto reasons…)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto: reason {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the pair out of training, and say why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reject exclude why reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit veto reasons…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reasons on the keys 1 to 9, for this project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>why list own change keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next unreviewed pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the next pair of the list without a verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>jump forward skip reviewed undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all pairs of the list; a verdict then applies to all of them at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mark several many rows bulk everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Focus review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show one pair alone: the picture and both texts large; Escape ends it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>large one pair big read zoom concentrate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Similar pairs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find pairs with texts like this one&apos;s, and veto them together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>alike same texts duplicate find cluster veto all like this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review summary…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many pairs were vetoed for which reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>chart count reasons statistics numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review the 200 most doubtful</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learn from the verdicts so far; list the pairs most likely to be vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>triage learn session sort chance veto predict model uncertain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List all pairs again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>triage stop doubtful all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reviewers and agreement…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a second reviewer, review as one, see how far reviewers agree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>second person kappa other blind disagreement rater name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make this reviewer&apos;s verdicts on the selected pairs those that training uses</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>adopt accept take over second reviewer verdict training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only for the decisions of a second reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason of the veto, score distance, words, margin, image score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reason distance length words margin score range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reset show all remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score images…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder of images and a model that scores and explains them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rate predict folder photos new collection use model cull</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score collection…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score what is left of this collection, or all of it by another model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>continue resume another version rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a table, a contact sheet or copies, or write stars into XMP sidecars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>export save csv parquet html xmp stars ratings lightroom darktable copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for new images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find files that were added, changed or removed in the collection&apos;s folders</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>update refresh rescan sync files added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename collection…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name title change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete collection…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete its scores and picks, after a question; image files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the selected images as picked, and go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flag choose keep select cull</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the selected images as rejected, and go on; files are not touched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flag discard drop cull</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neither</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neither picked nor rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unflag clear pick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo pick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>take back revert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo pick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>again repeat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Large view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image large beside its explanation, or the grid again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open zoom picture photo explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>close large leave</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>forward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Talk with the version that is shown about the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explain selected images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue explanations of the selected images by the model that is shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>why text reasons write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in file names and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>search locate text name</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AgreementModel</name>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>n</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kappa [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spearman</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanations that both have graded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weighted kappa. 1: always the same grade; 0: as by chance. A grade that is far off counts more (quadratic weights). There is no interval without any disagreement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank correlation of the two judges&apos; grades</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of explanations that got the same grade from both</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswerCard</name>
    <message>
        <source>Chat…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Talk with this version about the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version has no answer for this image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>off by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label in the answer: {0} (0 to 9)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency {0} of 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>word tone fits {0} of 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer not in the requested format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswerCards</name>
    <message>
        <source>Explanation in column {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswersView</name>
    <message>
        <source>No model has scored this image yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the models say</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ArchiveOpening</name>
    <message>
        <source>Choose a folder for the project in {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open archive</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BaseModels</name>
    <message numerus="yes">
        <source>{n} pairs at a time</source>
        <comment>{n} pair at a time</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, slowly</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>with 4-bit weights only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs {0} GB, {1} GB here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} with {1} GB of memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training {0} pairs at a time{1}, writing for {2} images at a time: {3} GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> with gradient checkpointing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set Quantization to 4bit, and install the extra 4bit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a GPU a training of thousands of images takes days.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BaseModelsModel</name>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fits this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Family</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the estimate of memory for these settings, and how many pairs a training takes at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only once for all projects; confirmed by the hub where it answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the model&apos;s card names it; read the card before you publish anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checking…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, gated</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BlindAnswerPanel</name>
    <message>
        <source>Explanation {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BlindResultModel</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preferred</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Win rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>95% CI from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images rated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ties</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BlindView</name>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result of the blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tie (0)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo (U)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading explanations…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} images rated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} more images were skipped because their explanations are identical.</source>
        <comment>{n} more image was skipped because its explanations are identical.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>All images rated. Finish to see which versions you preferred.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ties: {0}; each tie is shared equally by all versions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You preferred {0}: its 95% interval is entirely above {1}, the rate expected by chance.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No clear difference: the best 95% interval includes {0}, the same as chance.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by chance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Win rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which explanation fits the image better? Press its number, 0 for a tie, U to undo.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChangesModel</name>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Applies to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>merging</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChangesPanel</name>
    <message>
        <source>Changed settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No setting has changed between iterations. When a setting changes, this table shows its values before and after, as saved with the jobs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings that changed from one iteration to the next.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatWindow</name>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy transcript</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} questions</source>
        <comment>{n} question</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, {1}, with an earlier model of this name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running, and its memory comes first. The chat goes on when it has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This was said by an earlier model of this name. Start a new conversation to ask more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without score and explanation there is nothing to go on from. Start a new conversation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo model was not trained to converse: what it says to questions means nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the answer and keep what there is of it (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChoiceWindow</name>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CloseConfirmation</name>
    <message>
        <source>Stopping the job…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running. What would you like to do?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A background job continues without a window; it is shown again when you open the project. A paused or cancelled job keeps its finished work and can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep running in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause job and close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel job and close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Don&apos;t close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moving the job to the background after the current batch or step…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing after the current batch or step…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CollapsedSettings</name>
    <message>
        <source>and {0} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All settings ({0} changed)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} iterations</source>
        <comment>{0} iteration</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>LoRA rank {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>learning rate {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} epochs</source>
        <comment>{0} epoch</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>batch size {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pauses to review pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no review before training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CollectionModel</name>
    <message>
        <source>not scored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>picked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ColumnsChoice</name>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder with AVA split lists (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Individual ratings: image, rater, score (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detected format: {0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This data set has its scores on two scales; choose one. {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recognised by {0}. Check that it is right.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image (path in folder)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split (train, val, test)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group (kept in one split)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standard deviation of votes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of votes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which scores are better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Higher scores are better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower scores are better (such as DMOS)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Open recent: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} test images: {0} closer to the true score, {1} further</source>
        <comment>{n} test image: {0} closer to the true score, {1} further</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>With {0}, compared with {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True score {0} (bin {1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The line on each bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save comparison as picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save comparison as HTML</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most improved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most worsened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest disagreement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version in column {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In one text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparison view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save comparison</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparison needs two measured versions. After the first iteration, this page shows the answers of the base model and a trained version for the same test image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparisonModel</name>
    <message>
        <source>closer to the true score by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>further from the true score by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as far from the true score as before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error reduced by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparisonPicture</name>
    <message>
        <source>True score {0} (bin {1}), the line on each bar</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CurveCharts</name>
    <message>
        <source>Loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DPO loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rewards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reward margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before clipping</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DataStep</name>
    <message>
        <source>On this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score table, or label file or folder of a data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Additional image folder (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The data set is being downloaded. Wait until it is finished, or stop it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose an image folder and a score table.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {0} does not exist. Choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores: a table, or a data set&apos;s label file or folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images and scores</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DatasetPanel</name>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load info</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project folder (created if missing)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} rows. </source>
        <comment>{n} row. </comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Licence: {0}. </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}{1}Other columns: {2}. First row: {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The data set has no image column.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} images</source>
        <comment>{n} image</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Hugging Face data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images downloaded</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Degradations</name>
    <message>
        <source>Blur</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Motion blur</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Salt and pepper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixelation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Underexposure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overexposure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Low contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Low saturation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High saturation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Monochrome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tilt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blurred subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Masked subject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Average</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DiffText</name>
    <message>
        <source>… ({0} more characters)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Discarder</name>
    <message>
        <source>{0} cannot be discarded: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard {0}? This will free {1} of disk space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Versions: {0}, jobs: {1}, pairs: {2}. Their predictions, metrics and decisions are deleted too. You can undo this until the project is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DistributionChart</name>
    <message>
        <source>Share of the answers</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DistributionPanel</name>
    <message>
        <source>Predicted scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} on label {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stuck, with nine of ten answers giving the same label: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted labels on test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label (0–9)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted score (mean of a group)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>true scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label the model wrote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expected label (probability-weighted mean, rounded)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted labels on test images (highest bar: {0}%)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>true labels</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DistributionsModel</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most frequent label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No score given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>uses full range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ({1}% of answers)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stuck on label {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of 10</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EstimatedWindow</name>
    <message>
        <source>Newest: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All versions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Estimates</name>
    <message>
        <source>The model is not on this machine yet, so its layers are unknown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rank {rank} × (in + out) over every linear layer of the language model = {adapter:,} weights × {bytes} bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Depends on the size of the adapter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{kept} adapters over {iterations} iterations, each with a checkpoint of up to three times its size; {pairs:,} pairs and {predictions:,} predictions of {low:,.0f} to {high:,.0f} bytes with their journals and judgements; up to {cache:.1f} GB of cached image features. Images stay in their folder; the base model is not included.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No job of this model has run on this machine yet; after the first one the time is known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{stage}: {time} for {units:,.0f} {unit};</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting included, as measured in past jobs of this model here, with and without its caches.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is not on this machine yet, so its size is unknown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{parameters:,} parameters = {weights:.2f} GB; training: {adapter:,} adapter weights × {bytes} bytes = {trained:.2f} GB and activations of {answers} answers of about {tokens} tokens = {activations:.2f} GB; pair generation, {images} at a time: {writing:.2f} GB in total. The larger of the two counts; the programs themselves need about 1 GB more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With auto, jobs use batches as large as the memory allows; these are the minimum.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} to {1} {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExperimentPanel</name>
    <message>
        <source>SRCC on the test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency on the test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rating (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC on the validation images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone on the test images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExperimentTable</name>
    <message>
        <source>Before training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Main line, iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>density {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>learning rate {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>beta {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rank {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>exclusion radius {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>start: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Val. SRCC [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC vs. main</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency vs. main</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How well the explanations match the scores, 0 to 4: by a judge, or estimated from the tone of words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paired difference on the same test images, with its 95% interval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The merged adapter is much larger or smaller than its parents; never the best.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compared with {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: stopped early</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: size far off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>compared with this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone vs. main</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExperimentsPage</name>
    <message>
        <source>Experiments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ablations and variations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has been trained yet. Run an iteration first; then experiments can be trained beside it, such as the ablations of the paper.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No merges have been compared yet. Compare merges tries other ways to merge the score and the consistency adapter of an iteration, without training; it needs iteration 2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No settings have been searched yet. Search settings tries learning rates, betas and ranks on the pairs of iteration 1, and compares them on validation images alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On validation images alone: the test images stay unseen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ablations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare merges, or search settings, first; the tab in front shows which is best.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use best settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written into the project settings: {0}. Stages that have started keep theirs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings changed: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings have these values already.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto pairs missing from the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Include images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One HTML or PDF file with verdict, tables, charts, examples, settings, failures and cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check a report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict and measure again what a report of this project says; nothing is changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also save every table as CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export pairs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import edited pairs…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export predictions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export metrics…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export review log…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export grades…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archive project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Exported {n} pairs to {0}.</source>
        <comment>Exported {n} pair to {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Vetoed pairs skipped: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs without an image file: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Saved {n} rows to {0}.</source>
        <comment>Saved {n} row to {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Report saved to {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables saved to {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until the queue has finished: the model needs the same memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicting and measuring every version of the report again…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project agrees with the report: every answer that was compared is the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project agrees with the report, within rounding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project does not agree with the report: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No program opens {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Archived the project with {n} images to {0}.</source>
        <comment>Archived the project with {n} image to {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} images were skipped because they are missing or outside the image folder.</source>
        <comment>{n} image was skipped because it is missing or outside the image folder.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} rows read: {0} changed, {1} unchanged, {2} rejected.</source>
        <comment>{n} row read: {0} changed, {1} unchanged, {2} rejected.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left unchanged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none vetoed, because rejected rows may belong to them</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs are not in the file: {0}.</source>
        <comment>{n} pair is not in the file: {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Line {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parquet, with images (*.parquet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON Lines, with image paths (*.jsonl)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs (*.parquet *.jsonl)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import edited pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export predictions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export metrics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export grades</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export review log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Web page (*.html)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check a report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reports (*.html *.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Archive project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data and project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FinishStep</name>
    <message>
        <source>Project name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project folder (created if missing)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a project name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A name is not a path. Call the project {0}, and choose its place below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a project folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This folder already contains a project. Choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimated resources</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FirstSteps</name>
    <message>
        <source>No version has been measured yet. Next steps:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure the base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base model scores the test images and explains each score. This page then shows how well it ranks them (SRCC with a confidence interval) and whether its explanations match its scores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For each training image the model writes two explanations: one for the true score (chosen), one for a wrong score (rejected). You can veto, keep or edit them on the Pairs page before training.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new version learns to prefer the chosen explanations and is measured like the base model. Compare both side by side on the Compare page, then run another iteration.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write and review pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train and compare</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GateControl</name>
    <message>
        <source>No pairs left to train on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs in the score set: {0}, in the consistency set: {1} (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training of iteration {0} is waiting for your review (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GradingView</name>
    <message>
        <source>Grading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Does the text justify this score?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Would it help somebody to improve the picture?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is it well written and free of mistakes?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image (I)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skip (S)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo (U)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score {0} of 9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading explanations…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1} of {2} explanations graded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All explanations are graded. Go back to see how far you agree with the other judges.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go back to see how far you agree with the other judges, or grade more: agreement gets more certain with every explanation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade Explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press 1 (bad) to 5 (excellent), once for each scale. You do not see which version wrote the text. A language model judges text and score alone; press I to see the image.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GridModel</name>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide – Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Places found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chapters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing found in the guide.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search all chapters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forward</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HelpTip</name>
    <message>
        <source>Help: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HubModelStatus</name>
    <message>
        <source>Hugging Face access token (for gated models)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face access token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking Hugging Face…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Already downloaded: commit {0}, {1} GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gated model: request access on Hugging Face, then sign in below. Commit {0}, {1} GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Will be downloaded before the first job: {1} GB, commit {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed in as {0}. The token is used for all projects and is not stored in any of them.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageDetailPane</name>
    <message>
        <source>true mean score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bin {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} ratings, standard deviation {0}</source>
        <comment>{n} rating, standard deviation {0}</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs, {0} vetoed</source>
        <comment>{n} pair, {0} vetoed</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>No version has scored this image yet. Scores and explanations will appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers of all versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select an image to see it here with every version&apos;s score and explanation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} kB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>group {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageFilterBar</name>
    <message>
        <source>Split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed: any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag: any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed: {0} → {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in names, tags and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No saved filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save current filter…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Descending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ascending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search names, tags and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prediction error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed between versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minimum score change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageGrid</name>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit the image to the view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image at 100%</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image selected.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageWindow</name>
    <message>
        <source>Previous</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat about this image…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagesModel</name>
    <message>
        <source>{0}, score {1}, bin {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagesPage</name>
    <message>
        <source>The image folder {0} does not exist. If it was moved, say where it is now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relocate folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highest score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thumbnail size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No images match the filter. Select Clear filters to show all images.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobDetail</name>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job printed no output.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log (empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a job to see its progress.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loss and margin appear here after the first training step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No output yet. Job output appears here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warnings and notes appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobSettings</name>
    <message>
        <source>Job settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare settings with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>current settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Differences only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved when the job was queued. {0} of {1} settings differ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a job to see the settings it was queued with.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobSettingsModel</name>
    <message>
        <source>Setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Differs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobStatusLine</name>
    <message>
        <source>Speed and memory appear here when the job starts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} {1}/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>items</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} tokens/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checking files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>converting the model (first use only)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting for the batch&apos;s answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measuring pair lengths</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>computing reference log-probabilities</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measuring pair margins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ({1} of {2})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sampled answers at step {0}: {1} of {2} in the required format, {3} tokens on average</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>memory {0} (peak {1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>device peak {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reserved peak {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} free</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobsModel</name>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waits for: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobsPage</name>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, iteration {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} of {n} jobs done, {1} waiting</source>
        <comment>{0} of {n} job done, {1} waiting</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} jobs done, waiting for your review of iteration {0}</source>
        <comment>{n} job done, waiting for your review of iteration {0}</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Pausing after the current batch or step…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The queue is empty. Use the button on the Overview page to add the next stages and start them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JudgeKeyWindow</name>
    <message>
        <source>Judge&apos;s Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no key for this address. Servers on your own computer usually need none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is kept in the system&apos;s keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is kept until the program ends: this system has no keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key was given in the variable {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key is sent to this address only, whatever a project&apos;s settings say later. It is never written to the project, its exports or a log.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JudgeWindow</name>
    <message>
        <source>Judge Versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As a batch: half the price, answered within a day (OpenAI)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also read a score from each explanation alone: does the text carry it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} explanations</source>
        <comment>{n} explanation</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} versions</source>
        <comment>{n} version</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>No prices are known for this server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About {0} USD; what was judged before costs nothing again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}, by {2}. {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images per version (0: all)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost limit per version (USD)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A language model grades consistency, usefulness and writing, each from 0 to 4, as in the paper. Any server with OpenAI&apos;s chat API will do: OpenAI, or Ollama, llama.cpp, LM Studio and vLLM on your own computer. Texts and scores are sent there, no images. Grades are never used for training.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Judges</name>
    <message>
        <source>Word tone (estimate)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usefulness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bad</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>poor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>excellent</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JudgesModel</name>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanations graded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usefulness (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of all versions together; the means are of these</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone has no consistency: its figure says how well the tone of the words fits the score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>language model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>estimate from words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JudgesPage</name>
    <message>
        <source>Judges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grades of both judges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grade explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute the metrics of all versions with these grades</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: grades by {1} in rows, by {2} in columns, on the same {3} explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judges grade how well an explanation fits its score (consistency), how useful and how well written it is. Where people and language models grade the same ones, you see how far a judge can be trusted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No two judges have graded the same explanations yet. Grade some yourself, or let a language model do it: Project, Judge versions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggestions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save agreement as CSV…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mouse, lists and text fields</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next or previous control</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next item in that direction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double click, Return</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the item</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context menu</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel, drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom or move the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note, search: save or cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return, Esc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Return, Shift+Return</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log search: next or previous match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Single-letter shortcuts are disabled while you type in a text field.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LabelDistribution</name>
    <message>
        <source>Probability of each label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label {0} ({1}): {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LineStarter</name>
    <message>
        <source>No line has stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No iteration has been trained yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume the line {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which line do you want to resume?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished jobs are kept; the others continue where they stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train iteration {0} again, on {1} pairs instead of {2}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train iteration {0} again, on its {1} pairs with the present texts?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New versions: {0}. They start from {1}, as iteration {2} did.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimated time: not known yet; the Jobs page shows the time left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimated time: {0}, based on the jobs of iteration {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It runs in the same queue, after the jobs that are waiting now ({0}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It runs in the same queue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The versions of the main line stay as they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You already have this line: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}, iteration {2}, {3} of {4} jobs done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LineVerdicts</name>
    <message>
        <source>iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ({1}): SRCC {2} vs. {3} {4}, difference {5}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Search the log (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next match</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} matches</source>
        <comment>{n} match</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LongTask</name>
    <message>
        <source>Stopped. No partial files were left.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Opening {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Creating the demo data…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening the finished demo…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The finished demo opens in another window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo runs all steps now, which takes a few minutes. Meanwhile, see what comes out:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explore a finished demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project – Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpacking {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} – Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A finished demo: the built-in model after three iterations on generated images. Overview shows whether it became better, Pairs what it learned from, Compare its answers side by side. Change what you like: this is your own copy.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Measures</name>
    <message>
        <source>SRCC (rank correlation)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC (linear correlation)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kendall&apos;s tau</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration slope (1 is ideal)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most frequent label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words per explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Different texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts that another image has too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts that say a clause twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Different words (distinct-1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Different word pairs (distinct-2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tone fits the score (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank correlation of tone and label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts read 3 or more labels away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration error (mean)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variety of labels (0–3.32 bits)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text alone, with own label (SRCC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text alone, with true score (SRCC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swapped text is followed (SRCC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image is followed instead (SRCC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Swaps nearer to the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usefulness (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Writing (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanations with a grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean error, true label {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scored too high by, true label {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score read from the text, with own label (SRCC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The judge reads a score from the explanation alone, without the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score read from the text, with true score (SRCC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts the judge reads 3 or more labels away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts with a score read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An estimate from words, without reading: not consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version reads a score from its explanation, without the image; does it find its own label?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version reads a score from its explanation, without the image; is it near the true score?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version is given another image&apos;s explanation: does its score follow that text?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The version is given another image&apos;s explanation: does its score follow the image?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of swaps whose text and image are 3 or more labels apart: scores nearer to the text&apos;s label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Below 1, the scores are too extreme; above 1, too cautious</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean distance of predicted and true scores, in groups of similar predictions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By true label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text and score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not measured</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasuresModel</name>
    <message>
        <source>Group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>n</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change from base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change from previous</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of test images or explanations that it is based on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paired difference on the same test images, with its 95% interval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paired difference from the previous main version; of another line, from the main version of its iteration</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasuresPanel</name>
    <message>
        <source>Measures of a version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>p is not corrected for the number of measures; the verdict&apos;s is.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>P&amp;roject</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu bar</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MergeWindow</name>
    <message>
        <source>Compare Merges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The score and the consistency adapter of an iteration are merged by each method at each density, and measured. Nothing is trained. Methods without a density are merged once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Densities</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No iteration has two adapters yet: merges begin with the second one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} merges</source>
        <comment>{n} merge</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}; each is predicted and measured.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message action</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageField</name>
    <message>
        <source>Your message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask about the image. Enter sends, Shift+Enter begins a new line.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MetricChart</name>
    <message>
        <source>base</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Known models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a model by name, family or licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} models</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelPickerWindow</name>
    <message>
        <source>Choose a Base Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any other model: type its id or the path of its folder in the field.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message>
        <source>Split (for tables without a split column)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built-in demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invalid values: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a base model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face model ID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none (defaults)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>built-in demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} (based on the closest model in the paper)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default settings, for models without a preset.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For trying the program: fast on any computer, for the built-in demo model only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The paper&apos;s settings for this model (Table 4). You can change every value below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model is not in the paper. These settings come from the closest model in size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model that learns to score your images. It is not changed; all versions are trained from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a version to see its details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo delete of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete {0}? This will free {1} of disk space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard iteration…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard line…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its adapter, predictions and metrics are deleted. You can undo this until the project is closed; after that, the version would have to be trained again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} versions</source>
        <comment>{n} version</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}; {1} will be freed when the project is closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot delete: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>on {n} test images, with 95% confidence intervals</source>
        <comment>on {n} test image, with 95% confidence intervals</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs from iteration {0}, including vetoed pairs.</source>
        <comment>{n} pair from iteration {0}, including vetoed pairs.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs from iteration {0}, excluding vetoed pairs.</source>
        <comment>{n} pair from iteration {0}, excluding vetoed pairs.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate (learning_rate)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not measured yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Digest of its files (SHA-256): {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Versions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NameBar</name>
    <message>
        <source>Name of the collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the collection (Return saves, Escape cancels)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NewExperimentWindow</name>
    <message>
        <source>New Experiments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each is trained beside the main line, with its settings but for the one that it changes, and compared with it on the same test images. The main line stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ablations of the paper (base model, pairs of iteration 1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exclusion radius of the wrong scores (iteration 1, new pairs)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start of the training (iteration 2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} experiments</source>
        <comment>{n} experiment</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} will be queued. Finished ones are not repeated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>previous adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fresh adapters</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NextAction</name>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure the base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review the pairs of iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggested step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare with {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is running.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0} is complete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How well does it score before any training?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pairs of iteration {0} are ready. Training is waiting for your review.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can stop here and compare the versions, or run one more iteration.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model generates pairs, is trained on them and evaluated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is queued. Finished work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} failed. Finished work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was interrupted. Finished work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was paused. Finished work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was cancelled. Finished work is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base model is measured as planned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration 1 is done as planned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iterations 1 and 2 are done as planned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iterations 1 to {0} are done as planned.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoPairs</name>
    <message>
        <source>Show all pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No pairs match the filter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>All {n} pairs reviewed, {0} vetoed.</source>
        <comment>The only pair is reviewed, {0} vetoed.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NoteBar</name>
    <message>
        <source>Note on this pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note on this pair (Return saves, Escape cancels)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>Next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause to review pairs before training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training waits until you have reviewed the pairs. Saved in the project settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run all to iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard iteration…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard iteration {0}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0} was discarded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time left for all that is planned: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The queue is running. See the Jobs page for progress.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} more warnings are in the notes of the jobs.</source>
        <comment>{n} more warning is in the notes of the jobs.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairButtons</name>
    <message>
        <source>Veto (V)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep (K)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit (E)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regenerate (R)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note (N)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto all shown…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep all shown…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto for a reason (1 to 9)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairDetail</name>
    <message>
        <source>Flags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bin {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>regenerating</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>regenerated {n} times</source>
        <comment>regenerated once</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reward margin after training: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True mean score</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairEditor</name>
    <message>
        <source>Edit chosen explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit rejected explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An explanation cannot be empty. Enter a text, or cancel and veto the pair.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore the texts the model wrote in both fields</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairFilterBar</name>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review state</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason of the veto</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score distance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Between chosen and rejected score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words of one of the two texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reward margin after training, where it was measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True mean score of the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No reason given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More filters ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreviewed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suspicious</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disagreements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs that another reviewer decided differently. The filter reveals their verdict: use it after both have finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any flag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As generated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suspicious first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most doubtful first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the chance of a veto, learned from the verdicts so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in texts, notes and names</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairFocus</name>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True mean score</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairHead</name>
    <message>
        <source>Review progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training has started. Changes need a retraining.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you change now counts in Project, Retrain with the current decisions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} reviewed, {2} vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} left</source>
        <comment>{n} left</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} a minute, about {1} left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairsModel</name>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreviewed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>low margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>near-identical</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, +{1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>format failure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>identical texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>positive rejected text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>negative chosen text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>low margin after training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>near-identical texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off at token limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lengths differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>both sets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency set</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairsPage</name>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs selected</source>
        <comment>{n} pair selected</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Veto all {n} pairs shown ({0})?</source>
        <comment>Veto the {n} pair shown ({0})?</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Veto {n} pairs</source>
        <comment>Veto {n} pair</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Keep all {n} pairs shown?</source>
        <comment>Keep the {n} pair shown?</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Keep {n} pairs</source>
        <comment>Keep {n} pair</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Veto applies to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto applies to (C)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs vetoed{0}. Undo (U)</source>
        <comment>{n} pair vetoed{0}. Undo (U)</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs kept{0}. Undo (U)</source>
        <comment>{n} pair kept{0}. Undo (U)</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs updated{0}. Undo (U)</source>
        <comment>{n} pair updated{0}. Undo (U)</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to redo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs</source>
        <comment>{n} pair</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redone: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Train on {n} pairs</source>
        <comment>Train on {n} pair</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>note saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edited (the original texts are kept)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Regenerating the rejected answer…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No pairs yet. When an iteration runs, the model writes two explanations for each training image, one for the true score and one for a wrong score. You can review them here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type to find a page or an action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a page or an action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages and actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No results.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PathField</name>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables and label files ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlainLabel</name>
    <message>
        <source>… ({0} more characters)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreviewHistogram</name>
    <message>
        <source>Score histogram</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores from {0:.4g} to {1:.4g}; bin boundaries at {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images by score, with bin boundaries; the best on the left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images by score, with bin boundaries</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Export list…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export skipped rows as CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import preview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skipped rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder and a table to see a preview: rows and images found, the score distribution over the ten bins, split sizes, and every skipped row with the reason.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the table and checking the images…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} rows read</source>
        <comment>{n} row read</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} images found</source>
        <comment>{n} image found</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0:,} missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:,} skipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from the table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>random, seeded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Splits ({0}): {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower scores are better: label 9 is for the lowest ones.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All rows can be imported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} rows: {0}.</source>
        <comment>{n} row: {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Export skipped rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Saved {n} rows to {0}.</source>
        <comment>Saved {n} row to {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProbeExamplesWindow</name>
    <message>
        <source>Probe Examples: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no answers about these images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The degraded copies of the first images of the sample are kept, not this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Untouched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Degraded</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProbeModel</name>
    <message>
        <source>Degradation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score change [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>against base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Named</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Untouched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Difference [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much, from 0 to 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score of the degraded image minus that of the same image untouched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version&apos;s score change minus the base&apos;s, on the same images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the explanation of the degraded image names what was changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How often the explanation of the untouched image names it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The difference of the two, in percentage points: a model that always says it gains 0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images with a score / with an explanation of both copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version&apos;s difference minus the base&apos;s, in percentage points</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of strength and fall of the score: {0} (1: more always lowers it, 0: no order)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProbePanel</name>
    <message>
        <source>Faithfulness probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examples…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe versions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score change by strength, from the untouched image on the left; bars: 95% CI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click a row or press Enter for examples. Each interval is for its row alone: of twenty rows without any effect, one is expected to exclude 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do the explanations follow the image? The faithfulness probe makes a sample of test images worse in one way at a time (blurred, noisy, underexposed, tilted and so on) and shows how far the score falls, and whether the explanation names what was changed, against the base model.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProbeWindow</name>
    <message>
        <source>Probe Versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} answers</source>
        <comment>{n} answer</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} images</source>
        <comment>{n} image</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} degraded copies</source>
        <comment>{n} degraded copy</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}: {1}, each untouched and in {2}, by {3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time: {0}, at the speed of earlier jobs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Already probed with these settings: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Versions, beside base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strengths (0 to 1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test images are made worse in one way at a time. Does the score fall, and does the explanation name what was changed, more often than for the same image untouched? All versions see the same copies and are compared with the base. Nothing is used for training.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptTexts</name>
    <message>
        <source>The prompt is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field {{{0}}} has no words: type them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are words for {{{0}}}, which is not in the prompt. Delete them, or add the field.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt does not ask for #Explain: and an explanation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt does not say that scores go from 0 to 9.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} means something to the model. It is broken by a space, so that it is only text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt does not ask for a #Score: line. An untrained model will rarely write one, and counts as having failed the format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the text that the model gets, in its own chat format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} Instead, this is the question, and the beginning of the answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s own chat format cannot be read on this machine (yet): this is the question, and the beginning of the answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image takes the place of {0} ({1} tokens).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No score is far enough from the true one: lower the distance of wrong scores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The wrong score is drawn from {0}; {1} is shown. The model goes on from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} more</source>
        <comment>{n} more</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Finished with another prompt: {0}. They keep their results; what begins from now on uses this prompt. Versions that were asked differently cannot be compared: begin a new project to compare them fairly.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PromptWindow</name>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset to default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unsaved changes. They are saved with the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved in studio.toml.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace your own prompt with {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until the settings are saved, you can revert this.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt (your own)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} · score {1:.2f} · label {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>aesthetics (the paper&apos;s)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>demo (for the demo model)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt that comes with the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find an image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score and explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True score given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrong score given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revert settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One question for everything: predictions, pairs and training. {Words in braces} are filled in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This prompt has no fields.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuestionBar</name>
    <message>
        <source>Yes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RangeField</name>
    <message>
        <source>{0}: from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RangeHistogram</name>
    <message>
        <source>Score histogram</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} images, scores from {2} to {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; lower scores are better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score, lower is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score (dotted: bin boundaries)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score, lower is better (dotted: bins)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReasonBar</name>
    <message>
        <source>Veto reason {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto for this reason ({0})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Open recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}    {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Recipes</name>
    <message>
        <source>The same iteration trained with the present vetoes and edits: is it better?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retrained with the current decisions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retrain with the current decisions…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>did my vetoes edits help experiment branch compare line train again current</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your current decisions helped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your current decisions made the model worse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not clear whether your current decisions helped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without my vetoes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same iteration trained on all pairs, including vetoed ones: did the vetoes help?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train without my vetoes…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>did my vetoes help experiment branch compare line all pairs ablation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>with them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your vetoes made the model worse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your vetoes helped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not clear whether your vetoes helped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ablation table 3 compare supervised fine-tuning sft experiment line baseline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It scores better than the loop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It scores worse than the loop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not clear whether it scores better than the loop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the loop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SFT on scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Supervised training on the true scores alone: best at scoring, but does it still explain?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train on scores alone…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SFT on scores and texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Supervised training on the chosen answers: is it the preference that helps?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train on chosen answers…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DPO once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score and consistency training on the base model&apos;s pairs, merged once: is it the iteration that helps?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train and merge once…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>experiment compare line variation setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The change helps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The change makes the model worse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not clear whether the change helps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>without the change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other exclusion radius</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrong scores that may be closer to the true one, or must be further: are the pairs better?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train with another exclusion radius…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapters that start fresh, or from the merged one before, on the same pairs: which is better?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train from another start…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continued from another version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next iteration, begun from this version: does it get further?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Continue from this version…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The finished adapters merged by other methods and densities, without training: which is best?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare merges…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other learning rates, betas and ranks in iteration 1: which are best on validation?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search settings…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RefusalsModel</name>
    <message>
        <source>Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Relocator</name>
    <message>
        <source>Where are the images now?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the {0} images is in {1}. Choose the folder that holds them, such as {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relocate image folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the images in {0}?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} images are there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>All {n} images are there.</source>
        <comment>The image is there.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Missing: {0}. They will be skipped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores, pairs and results stay as they are; the folder is written to studio.toml.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>Model versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC, higher is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC, higher is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE, lower is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone (estimate)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compared with {0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line: main version. Bars: 95% CI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dashed: other lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click a version or press Enter to compare it with the previous one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rating (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click to compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trained on scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trained on consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>merged</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsWindow</name>
    <message>
        <source>Results of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contact sheet…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy to a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected images get the rating “rejected”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The explanation becomes the caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep ratings and captions from elsewhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate the raw file beside an image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write sidecars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the last sidecars</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Saved {n} rows to {0}.</source>
        <comment>Saved {n} row to {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved {n} pictures to {0}.</source>
        <comment>Saved {n} picture to {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} files in {0}.</source>
        <comment>{n} file in {0}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} got a number.</source>
        <comment>{n} got a number.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} sidecars created</source>
        <comment>{n} sidecar created</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} changed</source>
        <comment>{n} changed</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} had these values</source>
        <comment>{n} had these values</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} sidecars deleted, {1} restored, {2} cleaned of what was written here, {3} gone already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} new sidecars</source>
        <comment>{n} new sidecar</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0}, {1} that exist are changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>they stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>they are replaced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} have a rating and {1} a caption from elsewhere: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} images are left out: {0}</source>
        <comment>{n} image is left out: {0}</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped; what is done stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>… and {0} more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parquet (*.parquet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save contact sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HTML (*.html)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} picked images</source>
        <comment>{n} picked image</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} shown images</source>
        <comment>{n} shown image</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} selected images</source>
        <comment>{n} selected image</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>as copies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as hard links</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as links</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photo.jpg.xmp (darktable, digiKam)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photo.xmp (Lightroom, Bridge)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copies or links</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of a new sidecar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stars and captions for photo programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>XMP sidecars beside the images are read by darktable, digiKam, Lightroom, Bridge and others. Image files are never changed; what a sidecar has already stays, and all of it can be undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New sidecars are named</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReviewReminder</name>
    <message numerus="yes">
        <source>Training of iteration {0} is waiting for your review: {n} pairs to go.</source>
        <comment>Training of iteration {0} is waiting for your review: {n} pair to go.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All {n} pairs of iteration {0} are reviewed. Start the training on the Pairs page.</source>
        <comment>The pair of iteration {0} is reviewed. Start the training on the Pairs page.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReviewSummaryWindow</name>
    <message>
        <source>Review Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reasons of vetoes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why pairs were vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs are vetoed.</source>
        <comment>{n} pair is vetoed.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>All iterations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review summary</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReviewTools</name>
    <message>
        <source>All pairs of this list are reviewed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReviewerChoice</name>
    <message>
        <source>Reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} decisions used for training. The first reviewer can undo this.</source>
        <comment>{n} decision used for training. The first reviewer can undo this.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>First reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first reviewer&apos;s latest decision on a pair is the one that training uses. Other reviewers decide for themselves, without seeing it (the filter “Disagreements” reveals it); their decisions change training only with “Use this decision”.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReviewersModel</name>
    <message>
        <source>Reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reviewed by both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same verdict [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kappa [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Different</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs on which this reviewer and the first one have decided for themselves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A verdict taken over with “Use this decision” does not count: the one given before is compared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs whose verdicts are different now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cohen&apos;s kappa of keep and veto. 1: always the same verdict; 0: as by chance. Not defined if all verdicts of both are the same. There is no interval without any disagreement.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReviewersWindow</name>
    <message>
        <source>Reviewers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review as this person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review as the first reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show disagreements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first reviewer decides: their latest decision on a pair is the one that training uses. Other reviewers decide for themselves, without seeing the others&apos; verdicts. The filter “Disagreements” reveals them: use it after both have finished. “Use this decision” in the menu Pairs makes one of theirs the first reviewer&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of a reviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reveals the other reviewer&apos;s verdicts: use it after both have finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SaveButton</name>
    <message>
        <source>Save chart as image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save chart as {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScatterPanel</name>
    <message>
        <source>True score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreBar</name>
    <message>
        <source>score {0}, true score {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreCard</name>
    <message>
        <source>Scored without an explanation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>probability-weighted mean of the scores below the bars; 90% range: {0} to {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>most likely label: {0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label in the answer: {0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer not in the requested format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by a model that has changed since</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreDetail</name>
    <message>
        <source>picked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select an image to see it here with its scores and explanations.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreFilterBar</name>
    <message>
        <source>Explained</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not scored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Difference of the two</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Descending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ascending</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search file names and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in file names and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pick</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of adding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picked or rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picks: all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScorePage</name>
    <message numerus="yes">
        <source>Delete the collection {0}, scores and picks of {n} images? Image files stay. This cannot be undone.</source>
        <comment>Delete the collection {0}, score and pick of {n} image? The image file stays. This cannot be undone.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Delete collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scoring: {0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, {1} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} not scored by this model</source>
        <comment>{n} not scored by this model</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} files missing</source>
        <comment>{n} file missing</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} images cannot be used</source>
        <comment>{n} image cannot be used</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>this model has changed since</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scoring is waiting in the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scoring is paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scoring was interrupted; Score… continues it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scoring failed: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} new</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} found again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scored by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thumbnail size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>beside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No images match the filter. Select Clear filters to show all images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let a trained model score your own images. Choose a folder, or drop one here: every image gets a score and an explanation, sorted from the best to the worst.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoringWindow</name>
    <message>
        <source>Score Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score Collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add images…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model has scored all of these images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} images to score</source>
        <comment>{n} image to score</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} explanations to write</source>
        <comment>{n} explanation to write</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Time: {0}, at the speed of earlier jobs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No images found in the chosen files and folders.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder made with Export… in a project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is available yet. A version can score images once it has been measured: open its project first, or explore the finished demo. An exported model is a folder made with Export….</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The built-in demo model has seen only generated scenes: its scores and explanations for other images mean little.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, exported to {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a folder or images, or drop them here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores only (fast)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores, and explanations of the best and worst</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of an exported model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image files are only read. What is scored stays with the project as a collection, which can be updated when images are added to its folders.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to ask for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of the best, and of the worst</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of the best, and of the worst, images that are explained</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folders and images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchWindow</name>
    <message>
        <source>Search Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration 1 is trained with other values, on the pairs that it has, and measured on the validation images alone. A training that is worse than the median of the others ends early.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Betas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ranks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trials</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter numbers above 0, separated by commas; ranks are whole numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} trials</source>
        <comment>{n} trial</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} combinations</source>
        <comment>{n} combination</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} of {1}, one after the other in the queue.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingTitles</name>
    <message>
        <source>Project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score table (used at project creation)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split (used at project creation)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency training (overrides)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge (never used for training)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Faithfulness probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where jobs run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair generation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>Unit: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Usual values: {0} to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In studio.toml: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not set</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Save (Ctrl+S)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved: {0}. Stages that have already started keep their settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invalid values: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} unsaved changes</source>
        <comment>{n} unsaved change</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Saved in {0}. You can also edit this file by hand.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes apply to stages that have not started yet; running and finished stages keep their settings. Appearance and text size apply to all projects and are saved immediately.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No settings match the search.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Overview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>▶ Running in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>▶ Queue running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All jobs are done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job failed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SimilarPairsModel</name>
    <message>
        <source>Similarity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shared words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cosine of the TF-IDF vectors of chosen and rejected text together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Those that add most to the similarity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SimilarPairsWindow</name>
    <message>
        <source>Similar Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Similar pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncheck all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparing texts…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs vetoed. Undo: U on Pairs</source>
        <comment>{n} pair vetoed. Undo: U on Pairs</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} pairs</source>
        <comment>{n} pair</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Veto all {n} like this</source>
        <comment>Veto {n} like this</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Minimum similarity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs that are less similar are not listed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason of the veto</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only checked pairs; one with a verdict is left as it is unless you check it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At least</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stages</name>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download the base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate the pairs of iteration {iteration}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict with {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probe {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read scores from the texts of {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge suggestions of {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask {version} for suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge reads scores from the texts of {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score {subject}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StarRuleFields</name>
    <message>
        <source>By rank: a share of the images for each number of stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By score: the lowest score for each number of stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By score: the highest score for each number of stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of {0} stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest score of {0} stars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no star</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highest scores of five to one stars: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest scores of five to one stars: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a score: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recently opened projects appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open archive…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explore a finished demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at a small project with three iterations: charts, pairs, answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score images…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let a model that was exported from a project score a folder of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>images scored by exported models</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} versions, {0}: SRCC {1}</source>
        <comment>{n} version, {0}: SRCC {1}</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Train a vision-language model to score your images and explain each score. You review, veto and compare.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new project needs a folder of images and a table with a score for each image; you can drop the folder here. The demo runs all steps with a small built-in model and generated images; it takes a few minutes. The finished demo shows the results right away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>queued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not queued yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training is waiting for it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SuggestionModel</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean, 0–4 [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>n</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Against base [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Graded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>usefulness: would it help to improve the image? concreteness: is it specific, with steps that can be taken? relevance: does it fit what is in the image?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suggestions with this grade</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version&apos;s mean minus the base&apos;s, on the images where the judge has graded both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images where the judge has graded both</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the suggestions given to the judge that have grades</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Suggestions</name>
    <message>
        <source>usefulness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>concreteness</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>relevance</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SuggestionsWindow</name>
    <message>
        <source>Judge Suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grades of suggestions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No suggestions have been judged yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask and judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} suggestions</source>
        <comment>{n} suggestion</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{0} of {1}, judged by {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asked first: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No prices are known for this server.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About {0} USD; what was judged before costs nothing again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Versions, beside base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model, which has to see images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cost limit per version (USD)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After its score and explanation, each version is asked how the image could be improved. A language model that sees the image grades how useful, concrete and relevant the suggestions are, each from 0 to 4, as in the paper. Training teaches no conversation: this shows whether it has cost any of it. Texts and images are sent to the server. Grades are never used for training.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainingChart</name>
    <message>
        <source>Optimizer step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Faint: each step. Line: running mean.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TriageBar</name>
    <message>
        <source>End session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} most doubtful: {1} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} more verdicts</source>
        <comment>{n} more verdict</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} more vetoes</source>
        <comment>{n} more veto</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} more kept pairs</source>
        <comment>{n} more kept pair</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Too few verdicts to learn from: {0} needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No pattern found in {0} vetoes among {1} verdicts; pairs are listed as generated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first {0}% in this order contained {1} of {2} vetoes, {3}% [{4}, {5}] (chance: {0}%; cross-validated on {6} reviewed pairs).</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TriageTools</name>
    <message>
        <source>Learning from the verdicts so far…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TurnView</name>
    <message>
        <source>…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label {0} (0 to 9)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer not in the requested format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer broken off</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UnsavedChanges</name>
    <message>
        <source>Unsaved settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next stages use the saved settings. Save your changes to use them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save and run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run without saving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If you don&apos;t save them, your changes are lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Don&apos;t save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings have unsaved changes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some values are invalid, so the changes cannot be saved yet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UnsavedMark</name>
    <message>
        <source>Unsaved changes</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdicts</name>
    <message>
        <source>very unlikely to be due to chance, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unlikely to be due to chance, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>could be due to chance, {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>worse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no clear difference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ranks the test images better than {1}: SRCC {2}{3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ranks the test images worse than {1}: SRCC {2}{3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} shows no clear difference from {1} in ranking the test images: SRCC {2}{3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is worse than {1}: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is better than {1}: {3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} shows no clear difference from {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} was not measured against {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone {0} (estimate)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Against {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>In brackets: 95% intervals. p is corrected for {n} comparisons (Holm).</source>
        <comment>In brackets: 95% interval. One comparison: p needs no correction.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Another iteration is unlikely to help: {0} has {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration 1 trains scores only and led to {0}. Iteration 2 trains consistency too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another iteration is unlikely to help: the last one changed SRCC by {0}, at most {1}; a useful gain is {2} (Settings).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is partly worse than {1}: {2}, but {3}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than {0} more would be needed: the change is next to nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>About {n} more would be needed.</source>
        <comment>About one more would be needed.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} test images are too few to tell whether the last iteration helped.</source>
        <comment>One test image is too few to tell whether the last iteration helped.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>better scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>worse scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more consistent explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less consistent explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fewer format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>more format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} and {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: not measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: not judged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} {1} points</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionCard</name>
    <message>
        <source>off by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label in the answer: {0} (0 to 9)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency {0} of 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>word tone fits {0} of 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer not in the requested format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut off at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionExport</name>
    <message>
        <source>owner/name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence for the model card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Destination folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public (visible to everyone)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use existing repository</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview upload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a destination folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported {0} to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uploaded to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the existing repository {0} (its visibility does not change):</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the new private repository {0}:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To the new PUBLIC repository {0}:</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} in {n} files</source>
        <comment>{0} in {n} file</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>No licence given: the model card will state that it is unknown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoRA adapter (PEFT)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merged model (Transformers)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>for example apache-2.0; unknown if left empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The preview lists the files, their sizes and who will see them. Nothing is uploaded until you confirm.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face repository</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files to upload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model version</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionTree</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Derived from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (pinned)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionsModel</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Word tone (0–4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Val. SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change from the previous main version on the same test images; another line is compared with the main version of its iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judged by {0}: {1} of {2} explanations have a grade; the others count for nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judged by {0}, {1} explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the validation images: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC change [95% CI]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VetoReasonModel</name>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No reason given</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VetoReasonsWindow</name>
    <message>
        <source>Veto Reasons</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On Pairs, each of the keys 1 to 9 vetoes for one of these reasons. Changing the list changes no verdict that was given.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason on key {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto reasons</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wizard</name>
    <message>
        <source>New project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1  Images and scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2  Model and settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3  Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Creating the project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{n} images, used from {0} without copying. Base model: {1}.</source>
        <comment>{n} image, used from {0} without copying. Base model: {1}.</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Folder is not empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{0} already holds {n} files and folders. Create the project among them?</source>
        <comment>{0} already holds a file or folder. Create the project beside it?</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>There are: {0}. They stay as they are; the project&apos;s files are added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next →</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_VersionTexts</name>
    <message>
        <source>Explanation of the untouched image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanation of the degraded image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: score {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {0} ({1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> · names it: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>button</name>
    <message>
        <source>Saved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>view</name>
    <message>
        <source>Save table as CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save table {0} as CSV</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
